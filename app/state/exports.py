"""Which form of a result is proposed, where nobody has chosen one."""

from engine.contract.results import SchemaReply

NEARLY_LOSSLESS_BITS = 8.0


def first_choice(schema: SchemaReply) -> str:
    """What is proposed: the smallest form that is nearly lossless."""
    forms = [
        choice for target in schema.export_targets for choice in target.choices if choice.bits_per_weight
    ]
    forms = [choice for choice in forms if (choice.bits_per_weight or 0) >= NEARLY_LOSSLESS_BITS]
    return min(forms, key=lambda choice: choice.bits_per_weight or 0).spelling if forms else ""
