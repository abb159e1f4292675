"""The language of words that come from data: presets, samples, file filters, the catalogue of models.

Those rooms know no Qt. What they hold for people is listed here, so that the
translation's tools find it; ``tests/ui/test_translation.py`` keeps the list
complete. What is not listed is shown as it came.
"""

from __future__ import annotations

from PyQt5.QtCore import QT_TRANSLATE_NOOP, QCoreApplication

translate = QCoreApplication.translate


def preset_title(name: str) -> str:
    """A CT window's name for people, such as ``"Soft tissue"``."""
    return translate("Preset", name.capitalize())


def sample_text(text: str) -> str:
    """A sample's title, name, kind or licence."""
    return translate("Sample", text)


def model_text(text: str) -> str:
    """A sentence of the catalogue of models."""
    return translate("Catalogue", text)


def file_filters(filters: str) -> str:
    """The names in a dialog's file filters; their patterns stay."""
    parts = [entry.partition(" (") for entry in filters.split(";;")]
    return ";;".join(translate("FileFilter", name) + space + rest for name, space, rest in parts)


def label_name(number: int) -> str:
    """What a new label is called."""
    return translate("LabelModel", "Label {0}").format(number)


# No comma may follow the last argument: pylupdate5 would not see the text.
# fmt: off
PRESETS = (
    QT_TRANSLATE_NOOP("Preset", "Soft tissue"),
    QT_TRANSLATE_NOOP("Preset", "Lung"),
    QT_TRANSLATE_NOOP("Preset", "Bone"),
    QT_TRANSLATE_NOOP("Preset", "Brain"),
    QT_TRANSLATE_NOOP("Preset", "Mediastinum"),
)
FILTERS = (
    QT_TRANSLATE_NOOP("FileFilter", "Images"),
    QT_TRANSLATE_NOOP("FileFilter", "NRRD and MetaImage"),
    QT_TRANSLATE_NOOP("FileFilter", "Pictures"),
    QT_TRANSLATE_NOOP("FileFilter", "All files"),
)
SAMPLES = (
    QT_TRANSLATE_NOOP("Sample", "Abdominal CT (made up)"),
    QT_TRANSLATE_NOOP("Sample", "Sample CT (made up)"),
    QT_TRANSLATE_NOOP("Sample", "Fundus photograph"),
    QT_TRANSLATE_NOOP("Sample", "Colon glands, immunohistochemistry"),
    QT_TRANSLATE_NOOP("Sample", "Retina with microaneurysms, detail"),
    QT_TRANSLATE_NOOP("Sample", "Cell, quantitative phase"),
    QT_TRANSLATE_NOOP("Sample", "CT slice, 128 x 128"),
    QT_TRANSLATE_NOOP("Sample", "MR slice, 64 x 64"),
    QT_TRANSLATE_NOOP("Sample", "MR slice, 300 x 484"),
    QT_TRANSLATE_NOOP("Sample", "Ultrasound, 30 frames"),
    QT_TRANSLATE_NOOP("Sample", "volume"),
    QT_TRANSLATE_NOOP("Sample", "picture"),
    QT_TRANSLATE_NOOP("Sample", "Made by this program; no patient; free to use."),
    QT_TRANSLATE_NOOP("Sample", "M. Häggström, Wikimedia Commons, CC0 1.0; shipped with scikit-image."),
    QT_TRANSLATE_NOOP(
        "Sample",
        "Center for Microscopy and Molecular Imaging, no known copyright restrictions; shipped "
        "with scikit-image."
    ),
    QT_TRANSLATE_NOOP(
        "Sample",
        "High-Resolution Fundus database, CC0 by A. Maier; shipped with scikit-image."
    ),
    QT_TRANSLATE_NOOP("Sample", "P. Müller et al. 2018, CC0; shipped with scikit-image."),
    QT_TRANSLATE_NOOP("Sample", "Test file of pydicom, shipped with it under the MIT licence."),
)
MODELS = (
    QT_TRANSLATE_NOOP("Catalogue", "Research use only"),
    QT_TRANSLATE_NOOP(
        "Catalogue",
        "Under a tenth of a second a box on a laptop CPU, about 0.4 GB memory; no encoding."
    ),
    QT_TRANSLATE_NOOP(
        "Catalogue",
        "Comes with the program; trained on public research data, whose terms allow research. Not "
        "a medical device."
    ),
    QT_TRANSLATE_NOOP(
        "Catalogue",
        "A small network that looks only at the surroundings of a box. Answers while the box is dragged, "
        "follows clicks, and says so where it sees nothing."
    ),
    QT_TRANSLATE_NOOP(
        "Catalogue",
        "About 6 s a slice on a laptop CPU, then 0.1 s a box; about 1.1 GB memory."
    ),
    QT_TRANSLATE_NOOP(
        "Catalogue",
        "Free for any use with attribution: Apache-2.0 as MedSAM's repository states, CC-BY-4.0 "
        "as the Zenodo record states. Not a medical device."
    ),
    QT_TRANSLATE_NOOP(
        "Catalogue",
        "Segment Anything fine-tuned on 1.5 million pairs of medical pictures and masks; made for boxes."
    ),
    QT_TRANSLATE_NOOP(
        "Catalogue",
        "About 1 s a slice on a laptop CPU, then 0.1 s a box; about 0.7 GB memory."
    ),
    QT_TRANSLATE_NOOP("Catalogue", "Free for any use with attribution. Not a medical device."),
    QT_TRANSLATE_NOOP(
        "Catalogue",
        "MedSAM distilled into a small encoder for 256×256 pictures; the quick choice without a "
        "graphics card."
    ),
    QT_TRANSLATE_NOOP(
        "Catalogue",
        "About 6 s a slice on a laptop CPU, then 0.1 s a prompt; about 1.1 GB memory."
    ),
    QT_TRANSLATE_NOOP(
        "Catalogue",
        "Free for any use with attribution. Trained on photographs. Not a medical device."
    ),
    QT_TRANSLATE_NOOP(
        "Catalogue",
        "Meta's general network for photographs; takes points and gives three candidates."
    ),
    QT_TRANSLATE_NOOP(
        "Catalogue",
        "About 20 s a slice on a laptop CPU, then 0.1 s a prompt; about 2 GB memory."
    ),
    QT_TRANSLATE_NOOP(
        "Catalogue",
        "The larger network of Segment Anything; better borders on photographs, for a graphics card."
    ),
    QT_TRANSLATE_NOOP(
        "Catalogue",
        "About 40 s a slice on a laptop CPU, then 0.1 s a prompt; about 3.5 GB memory."
    ),
    QT_TRANSLATE_NOOP("Catalogue", "The largest network of Segment Anything; use it with a graphics card."),
    QT_TRANSLATE_NOOP("Catalogue", "Encodes a slice once, then answers each prompt from that."),
    QT_TRANSLATE_NOOP("Catalogue", "Research use only. Not a medical device."),
)
# fmt: on
