/**
 * Stands for the cloud SDKs when a plugin derives its schema. Arguments and outputs of components name no type of an
 * SDK, and reading the SDK's types takes 3 s and 300 MB at each start. The project's own tsconfig.json knows nothing of this.
 */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- that is its purpose
declare const sdk: any;
export = sdk;
