// The tab in TensorBoard: the report in a frame, loaded again when the logs have changed.
const HERE = new URL(".", import.meta.url);
const PAUSE_MS = 10_000;

async function version() {
  const answer = await fetch(new URL("version", HERE));
  return (await answer.json()).version;
}

export async function render() {
  document.body.style.margin = "0";
  const frame = document.createElement("iframe");
  frame.title = "Diagnosis of the runs";
  frame.style.cssText = "border: 0; width: 100vw; height: 100vh; display: block";
  document.body.append("Reading the logs ...");
  let shown = await version();
  frame.src = new URL("report/index.html", HERE);
  document.body.replaceChildren(frame);
  setInterval(async () => {
    try {
      const now = await version();
      if (now !== shown) {
        shown = now;
        frame.contentWindow.location.reload();
      }
    } catch {
      // TensorBoard is being restarted: the next look will tell.
    }
  }, PAUSE_MS);
}
