// Loaded when the program of a page has stopped for good, which cannot say so itself any more. Says it once, in the open
// pane or at the head of the page, and keeps what is left of the program from hearing anything more, so that links and
// forms work as they do without script.
document.documentElement.dataset.stopped = "";
const bar = document.getElementById("broken").content.firstElementChild.cloneNode(true);
const place =
  document.querySelector("dialog:modal :is(.pane-body, .dialog-text)") ??
  document.getElementById("main") ??
  document.body;
place.prepend(bar);
bar.scrollIntoView({ block: "nearest" });
for (const kind of ["click", "submit", "keydown", "input", "change", "cancel", "close", "beforeunload"]) {
  addEventListener(kind, (event) => event.stopImmediatePropagation(), true);
}
addEventListener("popstate", () => location.reload(), true);
