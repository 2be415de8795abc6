"""The parts that screens are made of. They know lines and keys, not accounts."""
