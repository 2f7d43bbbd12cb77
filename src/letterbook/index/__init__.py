"""The index: terms found in the text, headings made of them, sorted, and their locators."""
