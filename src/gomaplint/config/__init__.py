"""What a run is asked to do: options as they are typed, and configuration files, of which the nearest counts."""

from gomaplint.config.nearest import Configs
from gomaplint.config.options import Options, Since
from gomaplint.config.reading import Config, Layer, Place, Said, Word

__all__ = ["Config", "Configs", "Layer", "Options", "Place", "Said", "Since", "Word"]
