"""What draws the charts. Imports pyqtgraph and numpy: load it when a chart is first shown, not before."""
