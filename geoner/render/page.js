(() => {
  if (document.geonerListens) return; // several outputs in one notebook
  document.geonerListens = true;

  const buttonsOf = (article) => article.querySelectorAll("button[data-group]");
  const marksOf = (article) => article.querySelectorAll("mark[data-group]");

  const litGroup = (article) => article.querySelector("[aria-pressed=true]")?.dataset.group;

  function light(article, group) {
    for (const button of buttonsOf(article)) {
      button.setAttribute("aria-pressed", String(button.dataset.group === group));
    }
    for (const mark of marksOf(article)) {
      mark.classList.toggle("geoner-lit", mark.dataset.group === group);
    }
    article.classList.toggle("geoner-chosen", group !== undefined);
  }

  function scrollToMention(article, group) {
    const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    article
      .querySelector(`mark[data-group="${group}"]`)
      .scrollIntoView({ block: "center", behavior: calm ? "auto" : "smooth" });
  }

  // only the list moves: the reader's place in the text stays
  function scrollListTo(button) {
    const list = button.closest(".geoner-groups");
    const box = list.getBoundingClientRect();
    const place = button.getBoundingClientRect();
    if (place.top < box.top) list.scrollTop -= box.top - place.top;
    if (place.bottom > box.bottom) list.scrollTop += place.bottom - box.bottom;
  }

  document.addEventListener("click", (event) => {
    const target = event.target.closest?.(".geoner-document [data-group]");
    if (!target) return;
    const isMark = target.matches("mark");
    if (isMark && !getSelection().isCollapsed) return; // selecting text is not choosing
    const article = target.closest(".geoner-document");
    const { group } = target.dataset;
    if (litGroup(article) === group) {
      light(article, undefined);
      return;
    }
    light(article, group);
    if (isMark) scrollListTo(article.querySelector(`button[data-group="${group}"]`));
    else scrollToMention(article, group);
  });

  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    for (const article of document.querySelectorAll(".geoner-chosen")) light(article, undefined);
  });
})();
