"""Set runs side by side: curves, settings, answers, and what a sweep over settings found."""

from dpn import ui
from dpn.language import t
from dpn.ui.compare import page as compare

entered = ui.start_page("Compare")
name_the_rest = ui.head(t("Compare"))

compare.compare(entered=entered)
name_the_rest()
