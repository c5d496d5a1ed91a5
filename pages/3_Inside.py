"""Take one decision apart: what each part of the image added, and how."""

from dpn import ui
from dpn.language import t
from dpn.ui.inside import page as inside

entered = ui.start_page("Inside")
name_the_rest = ui.head(t("Inside"))

inside.inside(entered=entered)
name_the_rest()
