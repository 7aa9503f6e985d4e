import pytest

from engine.data.languages import language_of

SENTENCES = {
    "en": ["How do I boil an egg?", "The meeting was moved to Friday.", "List three tips for better sleep"],
    "de": [
        "Wie koche ich ein Ei?",
        "Das Treffen wurde auf Freitag verschoben.",
        "Der Hund schläft auf dem Sofa",
    ],
    "fr": ["Comment faire cuire un œuf ?", "La réunion a été reportée à vendredi.", "Bonjour à tous"],
    "es": ["¿Cómo se cuece un huevo?", "La reunión se ha aplazado al viernes.", "El perro duerme en el sofá"],
    "ru": ["Как сварить яйцо?", "Встреча перенесена на пятницу.", "Я не могу войти в аккаунт"],
    "uk": ["Як зварити яйце?", "Зустріч перенесли на п'ятницю."],
    "zh": ["怎么煮鸡蛋？", "好的", "请用 Python 写一个 quicksort function", "繁體中文也可以嗎"],
    "ja": ["卵のゆで方を教えてください。", "会議は金曜日に変更されました。", "ログインできません"],
    "ko": ["달걀을 어떻게 삶나요?"],
    "th": ["ต้มไข่อย่างไร"],
    "el": ["Πώς βράζω ένα αυγό;"],
}


@pytest.mark.parametrize(
    ("language", "text"), [(code, text) for code, texts in SENTENCES.items() for text in texts]
)
def test_short_sentences(language, text):
    assert language_of(text) == language


@pytest.mark.parametrize(
    "text", ["", "42", "OK", "!!! …", "x=1;y=2", "\\frac{a}{b}", "lkjh sdfg werr", "\ud800", "🙂🙂🙂"]
)
def test_what_holds_no_words_is_undetermined(text):
    assert language_of(text) == "und"


def test_code_and_addresses_do_not_count():
    assert language_of("```python\nfor item in the_list: print(item)\n```\n这段代码做什么") == "zh"
    assert (
        language_of("Voir https://example.com/the/page/that/you/asked/for pour la réponse complète") == "fr"
    )
    assert language_of("```\nthe whole text is code and nothing else\n```") == "und"
