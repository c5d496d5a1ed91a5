"""Which place is pointed at, noted by the browser on the page itself: see ``look``.

Rules with ``:has()`` would say the same without a script; but then each change of the page lets the
browser ask for every place again whether anything is pointed at.
"""

#: It stands in the page itself, and its hash in the policy of what may run.
POINTING = """
(() => {
  const html = document.documentElement;
  const number = target => {
    const one = target.closest?.("[class^='place-'], path[aria-label], text[aria-label]");
    const words = one?.getAttribute("class")?.match(/^place-(\\d+)$/);
    if (words) return words[1];
    const mark = one?.getAttribute("aria-label")?.match(/^(\\D+) (\\d+):/);
    if (!mark) return undefined;
    const label = getComputedStyle(html).getPropertyValue("--place").trim();
    return label === `"${mark[1]}"` ? mark[2] : undefined;
  };
  let over, focused;
  const light = () => {
    const now = over ?? focused;
    if (html.dataset.place === now) return;
    if (now) html.dataset.place = now;
    else delete html.dataset.place;
  };
  document.addEventListener("pointerover", event => { over = number(event.target); light(); });
  document.addEventListener("mouseleave", () => { over = undefined; light(); });
  document.addEventListener("focusin", event => { focused = number(event.target); light(); });
  document.addEventListener("focusout", () => { focused = undefined; light(); });
})();
"""
