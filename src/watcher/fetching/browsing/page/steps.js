// What a declared step asks for. Gives null while there is nothing to do it to, else what was done, or why it cannot be.
const CLICKABLE = `${BUTTON}, a[href], summary, label, option, [role=tab], [role=link], [role=menuitem], [role=option], [role=switch], [onclick], [tabindex]`;
const isUnknown = (selector) => {
  try {
    document.createDocumentFragment().querySelector(selector);
    return false;
  } catch {
    return true;
  }
};
const plain = (text) => text.replace(/\s+/g, " ").trim().toLowerCase();
const press = (element) => {
  if (!element) return null;
  if (sendsForm(element)) return { fault: "it would send a form" };
  element.scrollIntoView({ block: "center", behavior: "instant" });
  element.click();
  return { done: words(element) };
};
const click = (selector) => {
  if (isUnknown(selector)) return { fault: "browsers do not know this selector" };
  return press(all(selector).find((each) => isSeen(each) && !isInert(each)));
};
const clickText = (text) => {
  const wanted = plain(text);
  const says = (each) => isSeen(each) && !isInert(each) && plain(words(each)) === wanted;
  // The innermost that says so: pages nest what can be clicked.
  return press(all(CLICKABLE).filter(says).pop() ?? all("*").filter(says).pop());
};
const awaited = (selector) => {
  if (isUnknown(selector)) return { fault: "browsers do not know this selector" };
  return hasText(selector) ? { done: selector } : null;
};
const isThere = (selector) => {
  if (selector === "all" || selector === "end") return { done: selector };
  if (isUnknown(selector)) return { fault: "browsers do not know this selector" };
  return all(selector).some(isSeen) ? { done: selector } : null;
};
