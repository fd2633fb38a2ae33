/** Generates `generated.ts`: the types and documents of `operations.graphql`, checked against the schema of the pool. */
import type { CodegenConfig } from "@graphql-codegen/cli";

const config: CodegenConfig = {
  schema: process.env.STORYPOOL_SCHEMA ?? "../../../schema/schema.graphql",
  documents: "operations.graphql",
  generates: {
    "generated.ts": {
      plugins: ["typescript-operations", "typed-document-node"],
      config: {
        useTypeImports: true,
        enumType: "string-literal",
        defaultScalarType: "string",
      },
    },
  },
};

export default config;
