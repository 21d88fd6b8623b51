// What JavaScript of 2024 has and Node 20 has not: the bundles run there too.
Map.groupBy ??= (items, keyOf) => {
  const groups = new Map();
  let place = 0;
  for (const item of items) {
    const key = keyOf(item, place++);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [item]);
    else group.push(item);
  }
  return groups;
};

Object.groupBy ??= (items, keyOf) =>
  Object.assign(Object.create(null), Object.fromEntries(Map.groupBy(items, keyOf)));

Promise.withResolvers ??= () => {
  /** @type {any} */
  const ends = {};
  const promise = new Promise((resolve, reject) => Object.assign(ends, { resolve, reject }));
  return { promise, ...ends };
};
