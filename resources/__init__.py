"""Files that ship with Luthier: icons, translations, the sample project."""
