// Has it settled?
const mix = (hash, text) => {
  for (let at = 0; at < text.length; at++) hash = (Math.imul(hash, 31) + text.charCodeAt(at)) | 0;
  return hash;
};
const hasText = (selector) => {
  try {
    return all(selector).some((each) => (each.textContent || "").trim());
  } catch {
    return true; // a selector of our reader's, which browsers do not know
  }
};
const excess = (mostElements, mostCharacters) => {
  const elements = document.getElementsByTagName("*").length;
  if (elements > mostElements) return { elements };
  const characters = document.documentElement?.textContent.length ?? 0;
  return characters > mostCharacters ? { characters } : null;
};
const signature = ([selectors, ...limits]) => {
  const tooMuch = excess(...limits);
  if (tooMuch) return { tooMuch };
  let hash = 7, length = 0;
  for (const root of roots(document)) {
    const shown = root.body ? root.body.innerText : [...root.children].map((each) => each.innerText ?? "").join("\n");
    const masked = (shown || "").replace(/\d+/g, "0");
    hash = mix(hash, masked);
    length += masked.length;
  }
  const lacking = selectors.filter((selector) => !hasText(selector));
  return { text: `${length}:${hash}`, lacking, ready: document.readyState !== "loading" };
};

// Answers with the next frame, when all that watches for what comes into view has been told.
const frame = () => new Promise((resolve) => {
  const watch = new IntersectionObserver(() => {
    watch.disconnect();
    resolve(true);
  });
  watch.observe(document.documentElement);
});
const drawn = (asked) => frame().then(() => signature(asked));
// Answers when all that was waiting to be done before has been done, such as taking in an answer. Nothing is drawn for it.
const breath = () => new Promise((resolve) => {
  const { port1, port2 } = new MessageChannel();
  port1.onmessage = () => resolve(true);
  port2.postMessage(null);
});
