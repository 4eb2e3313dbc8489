"""The papermill engine ``disclosure-warm``, as papermill finds it.

papermill looks for engines while it is being imported: whoever imported the engine itself first would go round in a
circle. So this is a stand-in, which imports the engine when a notebook is to be run.
"""


class WarmEngine:
    """What papermill asks of an engine; ``client`` has it."""

    @staticmethod
    def execute_notebook(nb, kernel_name, **options):
        from .client import ForkingEngine

        return ForkingEngine.execute_notebook(nb, kernel_name, **options)

    @staticmethod
    def nb_kernel_name(nb, name=None):
        from .client import ForkingEngine

        return ForkingEngine.nb_kernel_name(nb, name)

    @staticmethod
    def nb_language(nb, language=None):
        from .client import ForkingEngine

        return ForkingEngine.nb_language(nb, language)
