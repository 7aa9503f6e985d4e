"""What is said of pictures, sound and film."""

from engine.data.formats.media import media_notes

PARTS = [{"role": "user", "content": [{"type": "image_url", "image_url": {"url": "x"}}]}]


def test_columns():
    (note,) = media_notes(["messages", "images"], {"messages": "messages"}, [])
    assert "Media are not trained yet" in note and "images stay with the raw rows" in note
    (note,) = media_notes(["messages", "videos", "audios"], {"messages": "messages"}, [])
    assert "videos, audios stay" in note
    assert media_notes(["messages", "score"], {"messages": "messages"}, []) == ()
    assert media_notes(["image", "answer"], {"prompt": "image"}, []) == ()


def test_parts_of_turns():
    (note,) = media_notes(["messages"], {"messages": "messages"}, [{"messages": PARTS}])
    assert "parts of turns" in note
    text = [{"role": "user", "content": [{"type": "text", "text": "image_url"}]}]
    assert media_notes(["messages"], {"messages": "messages"}, [{"messages": text}]) == ()
