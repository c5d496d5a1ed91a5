"""What Streamlit's own theme leaves to be said: sizes, gaps, and what a phone shows first."""

from dpn.charts.style import TRAINING, VALIDATION

#: Small pictures in lines (``dpn.ui.train.tiles``); each keeps its place and its size.
TILES = f"""
.tiles {{ display: grid; grid-template-columns: repeat(12, minmax(0, 1fr)); gap: 0.75rem 4px; }}
.tiles.large {{ grid-template-columns: repeat(6, minmax(0, 1fr)); gap: 0.9rem 0.5rem; }}
.tiles figure {{ margin: 0; min-width: 0; text-align: center; font-size: 0.8rem;
  line-height: 1.25; }}
.tiles .box, .templates .box {{ aspect-ratio: 1; display: flex; align-items: center;
  justify-content: center; }}
.tiles img, .templates img {{ image-rendering: pixelated; border-radius: 4px; max-width: 100%;
  max-height: 100%; object-fit: contain; }}
.tiles .blank, .templates .blank {{ background: rgba(128, 140, 155, 0.16); border-radius: 4px; }}
.tiles figcaption, .templates figcaption {{ overflow: hidden; text-overflow: ellipsis;
  white-space: nowrap; }}
.tiles .sure {{ height: 3px; margin: 3px 2px; border-radius: 2px;
  background: rgba(128, 140, 155, 0.25); }}
.tiles .sure i {{ display: block; height: 100%; border-radius: 2px; transition: width 0.4s;
  background: currentColor; }}
.tiles .right i, .tiles .right b {{ color: {TRAINING}; }}
.tiles .wrong i, .tiles .wrong b {{ color: {VALIDATION}; }}
.tiles-title {{ display: flex; flex-wrap: wrap; gap: 0 0.6rem; align-items: baseline;
  margin: 0 0 0.4rem; }}
.tiles-title small {{ opacity: 0.7; font-size: 0.8rem; }}
.templates {{ display: grid; grid-template-columns: repeat(12, minmax(0, 1fr)); gap: 0.6rem 4px; }}
.templates figure {{ margin: 0; grid-column: span var(--wide); display: grid; font-size: 0.8rem;
  grid-template-columns: repeat(var(--wide), minmax(0, 1fr)); gap: 4px; }}
.templates figcaption {{ grid-column: 1 / -1; line-height: 1.25; padding: 3px 0 0;
  border-top: 2px solid rgba(128, 140, 155, 0.25); }}
@media (max-width: 1000px) {{
  .tiles {{ grid-template-columns: repeat(6, minmax(0, 1fr)); }}
  .templates {{ grid-template-columns: repeat(4, minmax(0, 1fr)); }}
  .templates figure {{ grid-column: span var(--narrow);
    grid-template-columns: repeat(var(--narrow), minmax(0, 1fr)); }}
}}
"""

#: What was understood of pictures that somebody brings (``dpn.ui.data.understood``).
OWN = """
.own-samples .tiles { grid-template-columns: repeat(8, minmax(0, 1fr)); gap: 0.4rem; }
.own-classes { display: grid; grid-template-columns: max-content 1fr max-content;
  gap: 0.2rem 0.7rem; align-items: center; font-size: 0.9rem; margin: 0.2rem 0 0.6rem; }
.own-classes span { max-width: 11rem; overflow: hidden; text-overflow: ellipsis;
  white-space: nowrap; }
.own-classes i { display: block; height: 0.6rem; border-radius: 3px; background: #0b6bcb; }
"""

#: Copy link, beside the title of each page (``dpn.ui.address``).
LINK = """
.st-key-head { flex-wrap: nowrap !important; align-items: flex-start !important; }
.st-key-head > :last-child { flex: 0 0 auto !important; width: auto !important;
  min-width: 0 !important; }
.st-key-copy_link button { position: relative; white-space: nowrap; }
html[data-copied] .st-key-copy_link button > * { visibility: hidden; }
html[data-copied] .st-key-copy_link button::after { content: "Copied"; position: absolute;
  inset: 0; display: flex; align-items: center; justify-content: center; color: #17202a; }
.copied-said { position: absolute; width: 1px; height: 1px; overflow: hidden;
  clip-path: inset(50%); }
html:has(.st-key-copy_link [aria-expanded="true"]) [data-testid="stPopoverBody"] {
  min-height: 27rem; min-width: min(348px, calc(100vw - 2rem)); }
.share { width: 300px; max-width: calc(100vw - 5rem); font-size: 0.9rem; }
.share p { margin: 0 0 0.6rem; }
.share input.address { width: 100%; box-sizing: border-box; padding: 0.45rem 0.6rem;
  margin: 0 0 0.7rem; font: inherit; color: inherit; background: transparent;
  border: 1px solid rgba(128, 140, 155, 0.9); border-radius: 0.5rem; }
.share .code { display: block; width: 100%; background: #fff; border-radius: 0.5rem;
  image-rendering: pixelated; }
html:not([data-taken]) .copied-words :first-child,
html[data-taken] .copied-words :last-child { display: none; }
"""

#: CSS of all pages, in the HTML itself: it is there before the first element.
STYLE = (
    """
/* As wide from the first moment as a wide page is: Streamlit begins with a narrow one. */
[data-testid="stMainBlockContainer"] { padding: 2.6rem 5rem 3rem; max-width: 1240px; }
/* The room of the sidebar is kept until it comes. */
@media (min-width: 769px) {
  [data-testid="stAppViewContainer"]:not(:has(> [data-testid="stSidebar"])) { padding-left: 300px; }
}
h1 { font-size: 2rem !important; padding-top: 0 !important; }
[data-testid="stMetricValue"] { font-size: 1.6rem; }
/* The title of a run is no longer than a line or two; its row is as high without "Rename". */
.st-key-run_heading { min-height: 2.5rem; }
.st-key-run_heading h3 { font-size: 1.25rem; padding: 0; }
/* Streamlit's own small print has 4.4:1 on white; WCAG 2.2 asks for 4.5:1 (1.4.3). */
[data-testid="stCaptionContainer"] { color: inherit; opacity: 0.74; }
/* So have the words of its charts: 3.7:1. */
[data-testid="stVegaLiteChart"] :is(.role-axis-label, .role-axis-title, .role-legend-label) text,
.js-plotly-plot :is(.xtick, .ytick) text, .js-plotly-plot text:is(.xtitle, .ytitle) {
  fill: currentColor !important; fill-opacity: 0.8; }
/* The stages of a picture are one element, which is made as wide as its images without gaps. */
[data-testid="stImage"]:has(> :nth-child(2)) { column-gap: 0.5rem; }
@media (min-width: 1351px) {
  [data-testid="stImage"]:has(> :nth-child(2)) { width: max-content; }
}
[data-testid="stImage"] img { image-rendering: pixelated; border-radius: 4px; }
[data-testid="stVegaLiteChart"] image { image-rendering: pixelated; }
/* The canvas and the choices above it keep their size; what is beside takes what is left. */
:is(.st-key-sketch, .st-key-choices) [data-testid="stColumn"]:first-child { min-width: 292px; }
:is(.st-key-sketch, .st-key-choices) [data-testid="stHorizontalBlock"] { row-gap: 1rem; }
@media (min-width: 641px) {
  .st-key-wide > * > * > [data-testid="stColumn"]:first-child,
  .st-key-wide > * > [data-testid="stColumn"]:first-child { flex: 0 0 566px; max-width: 100%; }
  .st-key-wide > * > * > [data-testid="stColumn"]:last-child,
  .st-key-wide > * > [data-testid="stColumn"]:last-child { flex: 1 1 240px; min-width: 240px; }
}
/* The count of letters would cover the end of the text. */
.st-key-asked [data-testid="InputInstructions"] { display: none; }
/* On a phone a canvas is as wide as the page. */
@media (max-width: 640px) {
  [data-testid="stLayoutWrapper"]:has(> [class*="st-key-paper-"]) { zoom: var(--paper, 1); }
  /* What is typed and the model have the whole line; two choices share one. */
  :is(.st-key-asked > .st-key-text, .st-key-chosen > .st-key-answering) { flex: 1 1 100%; }
  .st-key-choices_why > * { flex: 1 1 40%; min-width: 0; }
}
@media (min-width: 360px) { :root { --paper: 1.16; --wide: 0.58; } }
@media (min-width: 390px) { :root { --paper: 1.26; --wide: 0.63; } }
@media (min-width: 412px) { :root { --paper: 1.34; --wide: 0.67; } }
@media (max-width: 640px) {
  [data-testid="stLayoutWrapper"]:has(> .st-key-paper-number) { zoom: var(--wide, 0.5); }
}
/* The wide one is narrower, too, where it would not fit beside the sidebar. */
@media (min-width: 641px) and (max-width: 660px) { :root { --beside: 0.96; } }
@media (min-width: 769px) { :root { --beside: 0.68; } }
@media (min-width: 800px) { :root { --beside: 0.74; } }
@media (min-width: 840px) { :root { --beside: 0.81; } }
@media (min-width: 880px) { :root { --beside: 0.88; } }
@media (min-width: 920px) { :root { --beside: 0.95; } }
@media (min-width: 950px) { :root { --beside: 1; } }
@media (min-width: 641px) {
  [data-testid="stLayoutWrapper"]:has(> .st-key-paper-number) { zoom: var(--beside, 1); }
}
/* Room for what comes late: a box is 40 pixels high until the browser has its code. */
:is(.st-key-answering, .st-key-dataset, .st-key-picture, .st-key-dials > [class*="st-key-"],
  [class*="st-key-way-"], [class*="st-key-truth-"], [class*="st-key-image-"],
  [class*="st-key-target-"], [class*="st-key-contrast-"], .st-key-asked, .st-key-new_map,
  .st-key-text, .st-key-add_item, .st-key-moves_number, [class*="st-key-why-"],
  [class*="st-key-blank-"]) { min-height: 4.25rem; }
/* What stands there until then is higher than a word and a next item. */
:is(.st-key-sentence, .st-key-next) > [class*="st-key-"]:has([data-testid="stSkeleton"]),
:is(.st-key-sentence, .st-key-next) [data-testid="stSkeleton"] { max-height: 2.1rem; }
.st-key-own { min-height: 2.5rem; justify-content: center; }
.st-key-ways:not(:has([class*="st-key-way-photo"])) { min-height: 9.5rem; }
:is(.st-key-model, .st-key-preset, .st-key-words_what, .st-key-moves_way) {
  min-height: 3.75rem; }
.st-key-summed { min-height: 8.125rem; }
.st-key-compare_view { min-height: 2rem; max-height: 2rem; }
[class*="st-key-tick-"] { min-height: 1.5rem; flex-shrink: 0; }
:is(.st-key-numbers, .st-key-scores) > * { min-height: 3.875rem; }
:is(.st-key-classes, .st-key-balance) { min-height: 320px; }
[class*="st-key-paper-"] { min-height: 280px; max-height: 280px; }
.st-key-paper-number.st-key-paper-number { min-height: 240px; max-height: 240px; }
.st-key-answered { min-height: 15rem; }
.st-key-placed { min-height: 25rem; }
:is(.st-key-loss_room, .st-key-accuracy_room) { min-height: 300px; }
.st-key-matrix { min-height: 440px; }
@media (max-width: 640px) {
  :is(.st-key-pick, .st-key-chosen, .st-key-asked.st-key-asked) { min-height: 7.75rem; }
  :is(.st-key-chosen, .st-key-asked):is(.st-key-chosen, .st-key-asked) { align-items: flex-start; }
  .st-key-new_map.st-key-new_map { min-height: 13rem; }
  .st-key-answered { min-height: 37rem; }
  .st-key-result_first > * > * > [data-testid="stColumn"]:last-child,
  .st-key-result_first > * > [data-testid="stColumn"]:last-child { min-height: 32rem; }
}
/* The answer, and on the right its probabilities; on a phone they come before the words. */
@media (min-width: 641px) {
  .st-key-answered { display: grid; grid-template-columns: 1.45fr 1fr; column-gap: 3rem;
    grid-template-rows: auto 1fr; row-gap: 0.5rem; }
  .st-key-answered > :nth-child(2) { grid-column: 2; grid-row: 1 / span 2; }
}
/* Home keeps the room of an answer and its sum, so that nothing below moves when it comes. */
.st-key-played { min-height: 30.5rem; }
.st-key-played h2 { padding-top: 0; }
/* What is chosen side by side has its names and its boxes side by side, too. */
:is([class*="st-key-choices"], .st-key-asked, .st-key-small) [data-testid="stButtonGroup"] button {
  min-height: 2.5rem; }
/* A link is made by Copy link, which keeps all that is chosen. */
[data-testid="stHeaderActionElements"] { display: none; }
/* The canvas' own toolbar shows on hover and covers what is above; ours is below. The keyboard
   gets to it, so then it is seen. */
[class*="st-key-paper-"]:not(:focus-within) { overflow: clip; }
@media (max-width: 1350px) {
  [data-testid="stMainBlockContainer"] { padding-left: 2.5rem; padding-right: 2.5rem; }
}
.st-key-formulas .katex-display, .st-key-formulas .katex-display > .katex {
  text-align: left !important; }
/* Formulas are as wide as their numbers. */
@media (max-width: 640px) { .st-key-formulas .katex { font-size: 0.82em; } }
/* The buttons of a training stay in one line, also while those of before are still there. */
.st-key-job_buttons:has([data-stale="true"]) { flex-wrap: nowrap; overflow: clip; }
@media (max-width: 640px) {
  .st-key-job_buttons { column-gap: 0.4rem; }
  .st-key-run_heading { min-height: 5.5rem; align-content: flex-start; }
  .st-key-job_buttons button { padding-left: 0.5rem; padding-right: 0.5rem; }
}
/* Whoever goes by keyboard sees which page is next. */
[data-testid="stPageLink"] a:focus-visible { outline: 2px solid; outline-offset: -2px; }
@media (max-width: 380px) { .katex-display { font-size: 0.9em; } }
/* On a phone the menu says what it is. */
@media (max-width: 768px) {
  [data-testid="stMainBlockContainer"] { padding-top: 4rem; }
  [data-testid="stExpandSidebarButton"] { width: auto; gap: 0.4rem; }
  [data-testid="stExpandSidebarButton"] > span { display: none; }
  [data-testid="stExpandSidebarButton"]::before { content: "☰"; font-size: 1.2rem; }
  [data-testid="stExpandSidebarButton"]::after { content: "Menu"; font-weight: 600; }
}
/* Without room side by side, what is happening comes before the settings that made it. */
@media (max-width: 1200px) {
  .st-key-result_first > [data-testid="stLayoutWrapper"] > [data-testid="stHorizontalBlock"],
  .st-key-result_first > [data-testid="stHorizontalBlock"] { flex-direction: column-reverse; }
  .st-key-result_first > * > * > [data-testid="stColumn"],
  .st-key-result_first > * > [data-testid="stColumn"] { width: 100%; flex: none; }
}
@media (max-width: 640px) {
  [data-testid="stMainBlockContainer"] { padding: 4rem 1rem 3rem; }
  h1 { font-size: 1.6rem !important; }
}
"""
    + TILES
    + OWN
    + LINK
)
