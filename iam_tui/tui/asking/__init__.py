"""What the screens that ask one question share: what is typed, what is offered, what is wrong."""
