"""Why a file is refused. By itself, so that the checking child process loads little else."""


class Unplayable(ValueError):
    """The file is not what its asset kind requires, or damaged; ``str()`` is a sentence for people."""
