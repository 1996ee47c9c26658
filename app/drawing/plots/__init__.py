"""Plots as scenes: the curves of a training, and what is measured of networks, in every format of pictures."""

from app.drawing.plots.kept_plot import LOOKS, kept_places, kept_plot
from app.drawing.plots.letters_plot import SpelledWindow
from app.drawing.plots.line_plot import LinePlot, PlotCurve, compared, series, text
from app.drawing.plots.plot_places import PlotPlaces, plot_places
from app.drawing.plots.sheet import Plotted, PlotWords, sheet
from app.drawing.plots.training_plots import TrainingCurves, training_sheet
from app.drawing.plots.triangle_plot import BandScale, TrianglePlot, band_words

__all__ = [
    "LOOKS",
    "BandScale",
    "LinePlot",
    "PlotCurve",
    "PlotPlaces",
    "PlotWords",
    "Plotted",
    "SpelledWindow",
    "TrainingCurves",
    "TrianglePlot",
    "band_words",
    "compared",
    "kept_places",
    "kept_plot",
    "plot_places",
    "series",
    "sheet",
    "text",
    "training_sheet",
]
