"""gomaplint finds the maps that hold a Go service's memory for ever."""

__version__ = "0.1.0"
HOME = "https://github.com/gomaplint/gomaplint"
