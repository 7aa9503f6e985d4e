from engine.data.steps.language_filter import LanguageFilter

PAIRS = (
    ("What is bread made of?", "Of flour, water, salt and yeast."),
    ("面包是用什么做的？", "面粉、水、盐和酵母。"),
    ("Woraus besteht Brot?", "Aus Mehl, Wasser, Salz und Hefe."),
    ("2 + 2", "4"),
    ("Translate to German: the dough rises in the bowl", "Der Teig geht in der Schüssel auf."),
)


def lines(rows, **options):
    return [row.line for row in LanguageFilter(**options).apply(rows(*PAIRS)).kept]


def test_languages(rows):
    assert lines(rows, keep=("zh",)) == [2, 4]
    assert lines(rows, keep=("zh",), keep_undetermined=False) == [2]
    assert lines(rows, keep=("de", " EN "), keep_undetermined=False) == [1, 3, 5]


def test_where_it_looks(rows):
    assert lines(rows, keep=("de",), where="answer", keep_undetermined=False) == [3, 5]
    assert lines(rows, keep=("en",), where="prompt", keep_undetermined=False) == [1, 5]
