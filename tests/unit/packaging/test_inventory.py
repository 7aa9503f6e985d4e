"""The bill of materials names what is shipped and nothing of development; every licence has its text."""


def test_what_is_required_is_named_and_tools_are_not() -> None:
    import inventory

    bill = inventory.bill_of_materials("1.2.3", 0)
    components = {part["name"].lower(): part for part in bill["components"]}  # type: ignore[attr-defined]
    assert {
        "torch",
        "transformers",
        "pyside6-essentials",
        "shiboken6",
        "pydantic-core",
        "pydantic_core",
    } & set(components) >= {"torch", "transformers", "shiboken6"}
    assert not {"pytest", "ruff", "mypy", "luthier", "trl"} & set(components)
    assert components["pyyaml"]["purl"].startswith("pkg:pypi/pyyaml@")
    assert all(part["licenses"][0]["license"]["name"] for part in components.values())


def test_licence_texts_stand_under_their_heading() -> None:
    import inventory

    text = inventory.licence_texts()
    heading = text.index("\nPyYAML ")
    assert "Ingy" in text[heading : heading + 400]  # its copyright line
