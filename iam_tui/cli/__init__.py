"""The verbs: one module each, over the same functions that the screen shows.

Nothing here imports the screen, and each verb imports only what it needs.
"""
