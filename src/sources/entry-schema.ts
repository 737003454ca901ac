import Type from "typebox";

/** Parts that entries of several kinds have in common. */

export const nameOfEntry = "^[a-z][a-z0-9_]*$";

export const KeySchema = Type.Array(
  Type.String({
    pattern: nameOfEntry,
    description: "the name of a feature in snake_case",
    examples: ["customer_id"],
    refersTo: "feature",
  }),
  {
    minItems: 1,
    maxItems: 8,
    uniqueItems: true,
    description: "a list of feature names whose values make the key",
  },
);
