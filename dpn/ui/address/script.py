"""What the browser does for the address: Copy link, one entry of its history for each page.

Streamlit 1.67 makes an entry of every change of the address, so that Back would undo nothing, many
times. Here a change on the same page takes the place of the entry before it. And
it notes what language the page is in, for those who hear it read.
"""

#: Milliseconds that "Copied" stands, and in which a change that comes late is copied after.
SHOWN = 2500

#: It stands in the page itself, and its hash in the policy of what may run.
SCRIPT = (
    """
(() => {
  const html = document.documentElement, said = document.createElement("div");
  let pressed = -Infinity;
  said.setAttribute("role", "status");
  said.className = "copied-said";
  document.body.append(said);
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(location.href);
      html.dataset.copied = html.dataset.taken = "yes";
      const button = document.querySelector(".st-key-copy_link button");
      said.textContent = getComputedStyle(button, "::after").content.replaceAll('"', "");
    } catch {  // only where the page came by https, or from this machine, may it copy
      delete html.dataset.copied;
      delete html.dataset.taken;
    }
    setTimeout(() => {
      if (performance.now() - pressed < SHOWN) return;
      delete html.dataset.copied;
      said.textContent = "";
    }, SHOWN + 100);
  };
  // The page says its language by a key in the sidebar, see language.py.
  const chinese = document.getElementsByClassName("st-key-language_zh");
  new MutationObserver(() => {
    const now = chinese.length ? "zh-CN" : "en";
    if (html.lang !== now) html.lang = now;
  }).observe(document.body, {childList: true, subtree: true});
  const push = history.pushState.bind(history);
  history.pushState = (state, title, url) => {
    const there = new URL(url ?? location.href, location.href);
    if (there.pathname !== location.pathname) return push(state, title, url);
    history.replaceState(state, title, url);
    if (performance.now() - pressed < SHOWN) copy();
  };
  document.addEventListener("click", event => {
    const button = event.target.closest?.(".st-key-copy_link button");
    if (!button || button.getAttribute("aria-expanded") === "true") return;
    pressed = performance.now();
    copy();
  }, true);
  document.addEventListener("focusin", event => {
    if (event.target.matches?.("input.address")) event.target.select();
  });
})();
"""
).replace("SHOWN", str(SHOWN))
