"""Coverage-guided fuzzing of what takes input from outside: ``python -m fuzz``."""
