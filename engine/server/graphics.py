"""Graphics cards as the system lists them, so that a card without a driver is found too. Linux only; no torch."""

from pathlib import Path

PCI = Path("/sys/bus/pci/devices")
DISPLAY_CLASS = "0x03"
MAKERS = {"0x10de": "NVIDIA", "0x1002": "AMD", "0x8086": "Intel"}
SEPARATE = (
    "NVIDIA",
    "AMD",
)  # makers whose cards are worth a driver; Intel's are mostly part of the processor


def cards(pci: Path = PCI) -> tuple[str, ...]:
    """Makers of the graphics cards in this computer, in the order of their slots."""
    found = []
    for device in sorted(pci.glob("*")):
        maker = MAKERS.get(_word(device / "vendor"))
        if maker is not None and _word(device / "class").startswith(DISPLAY_CLASS):
            found.append(maker)
    return tuple(found)


def nvidia_driver() -> str:
    """Version of NVIDIA's driver; "" where none answers."""
    try:
        import pynvml

        pynvml.nvmlInit()
    except Exception:  # no library, or one that finds no driver: each version has errors of its own
        return ""
    try:
        version = pynvml.nvmlSystemGetDriverVersion()
        return version.decode(errors="replace") if isinstance(version, bytes) else str(version)
    except pynvml.NVMLError:
        return ""
    finally:
        pynvml.nvmlShutdown()


def _word(path: Path) -> str:
    try:
        return path.read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError):
        return ""
