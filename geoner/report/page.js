document.addEventListener("DOMContentLoaded", () => {
  const form = document.querySelector("#filters");
  const list = document.querySelector("#list");
  const errors = [...list.querySelectorAll(".error")];
  const homes = new Map(errors.map((error) => [error, error.parentNode]));
  const articles = [...list.children];
  const kinds = new Map();
  const words = new Map();
  let order = "article";

  function section(kind) {
    if (!kinds.has(kind)) {
      const group = document.createElement("section");
      const head = document.createElement("h3");
      group.className = "group";
      head.append(`${kind} `, document.createElement("small"));
      group.append(head, document.createElement("ol"));
      kinds.set(kind, group);
    }
    return kinds.get(kind);
  }

  function arrange(wanted) {
    if (wanted === order) return;
    order = wanted;
    list.dataset.order = order;
    for (const error of errors) {
      const home = order === "kind" ? section(error.dataset.kind).lastChild : homes.get(error);
      home.append(error);
    }
    const inOrder = [...form.elements.kind.options].map((option) => kinds.get(option.value));
    list.replaceChildren(...(order === "kind" ? inOrder.filter(Boolean) : articles));
  }

  function wordsOf(error) {
    if (!words.has(error)) words.set(error, error.textContent.toLowerCase());
    return words.get(error);
  }

  function isWanted(error, { kind, label, made, search }) {
    const data = error.dataset;
    return (
      (!kind || data.kind === kind) &&
      (!label || data.label === label) &&
      (!made || "new" in data) &&
      (!search || wordsOf(error).includes(search))
    );
  }

  function choose() {
    const { kind, label, made, words: input, order: grouping } = form.elements;
    const wanted = {
      kind: kind.value,
      label: label.value,
      made: made?.value,
      search: input.value.trim().toLowerCase(),
    };
    arrange(grouping.value);
    let shown = 0;
    for (const group of list.children) {
      let count = 0;
      for (const error of group.lastElementChild.children) {
        error.hidden = !isWanted(error, wanted);
        if (!error.hidden) count += 1;
      }
      group.hidden = count === 0;
      group.querySelector("h3 small").textContent = count;
      shown += count;
    }
    const all = errors.length;
    form.querySelector("#shown").value = shown === all ? `${all} errors` : `${shown} of ${all}`;
    document.querySelector("#nothing").hidden = shown > 0;
  }

  let timer;
  form.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(choose, 120); // not at every key
  });
  form.addEventListener("submit", (event) => event.preventDefault());

  // a count in the table of kinds leads to the errors it counts
  document.addEventListener("click", (event) => {
    const link = event.target.closest?.("a[data-kind]");
    if (!link) return;
    form.elements.kind.value = link.dataset.kind;
    form.elements.label.value = link.dataset.label;
    form.elements.words.value = "";
    if (form.elements.made) form.elements.made.value = "";
    choose();
  });

  form.hidden = errors.length === 0;
  if (errors.length) choose(); // a browser may keep what was chosen before a reload
});
