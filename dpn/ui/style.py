"""What Streamlit's own theme leaves to be said: sizes, gaps, and what a phone shows first."""

STYLE = """
<style>
[data-testid="stMainBlockContainer"] { padding-top: 2.6rem; padding-bottom: 3rem;
  max-width: 1240px; }
h1 { font-size: 2rem !important; padding-top: 0 !important; }
[data-testid="stMetricValue"] { font-size: 1.6rem; }
/* The title of a run is no longer than a line or two; its row is as high without "Rename". */
.st-key-run_heading { min-height: 2.5rem; }
.st-key-run_heading h3 { font-size: 1.25rem; padding: 0; }
/* Streamlit's own small print has 4.4:1 on white; WCAG 2.2 asks for 4.5:1 (1.4.3). */
[data-testid="stCaptionContainer"] { color: inherit; opacity: 0.74; }
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
/* On a phone a canvas is as wide as the page. */
@media (max-width: 640px) {
  [data-testid="stLayoutWrapper"]:has(> [class*="st-key-paper-"]) { zoom: var(--paper, 1); }
}
@media (min-width: 360px) { :root { --paper: 1.16; } }
@media (min-width: 390px) { :root { --paper: 1.26; } }
@media (min-width: 412px) { :root { --paper: 1.34; } }
/* Home keeps the room of an answer and its sum, so that nothing below moves when it comes. */
.st-key-played { min-height: 30.5rem; }
.st-key-played h2 { padding-top: 0; }
/* What is chosen side by side has its names and its boxes side by side, too. */
[class*="st-key-choices"] [data-testid="stButtonGroup"] button { min-height: 2.5rem; }
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
/* On a phone what is happening comes before the settings that made it. */
@media (max-width: 640px) {
  .st-key-result_first > [data-testid="stLayoutWrapper"] > [data-testid="stHorizontalBlock"],
  .st-key-result_first > [data-testid="stHorizontalBlock"] { flex-direction: column-reverse; }
  [data-testid="stMainBlockContainer"] { padding: 4rem 1rem 3rem; }
  h1 { font-size: 1.6rem !important; }
}
</style>
"""

#: On a dark page the colour of what is chosen is light: words on it are dark (WCAG 2.2, 1.4.3).
DARK = """
<style>
[data-testid="stBaseButton-primary"]:enabled { color: #10161d; }
</style>
"""
