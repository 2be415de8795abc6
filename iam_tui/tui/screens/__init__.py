"""The screens: which parts stand where, and what each command does there."""
