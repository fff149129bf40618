// What other tools have written on an element follows it also when it becomes another sort, and when it is copied.
function Foreign(eventBus) {
  eventBus.on("moddleCopy.canCopyProperties", 2000, ({ sourceElement, targetElement }) => {
    for (const [name, value] of Object.entries(sourceElement.$attrs ?? {})) {
      if (name.includes(":") && !name.startsWith("xmlns")) targetElement.$attrs[name] ??= value;
    }
  });
  // bpmn-js leaves out the extension elements that it has no description of.
  eventBus.on("moddleCopy.canCopyProperty", 2000, ({ property }) => (property?.$descriptor?.isGeneric ? property : undefined));
}
Foreign.$inject = ["eventBus"];

export const foreign = { __init__: ["foreign"], foreign: ["type", Foreign] };
