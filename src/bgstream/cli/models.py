"""``bgstream models``."""

import json

from bgstream.cli.parser import Parser


def run(words: list[str]) -> int:
    """List the models that are shipped."""
    made = Parser(prog="bgstream models", description="List the models that are shipped with bgstream.")
    made.add_argument("--json", action="store_true", help="one JSON document")
    as_json = made.parse(words).json
    from bgstream.matting.cards import shipped

    rows = [
        {
            "name": card.name,
            "subject": card.subject,
            "size": f"{card.size[1]}×{card.size[0]}",
            "licence": card.licence,
            "title": card.title,
        }
        for card in shipped().values()
    ]
    if as_json:
        print(json.dumps(rows, ensure_ascii=False))
        return 0
    for row in rows:
        print(f"{row['name']:18} {row['subject']:8} {row['size']:9} {row['licence']:12} {row['title']}")
    print("\nauto (the default) takes a person network where one confirms a person, else u2netp.")
    print("Your own network: --model PATH.onnx, with a card PATH.toml beside it or without.")
    return 0
