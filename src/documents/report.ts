/** A path into a document: property names and array indexes. */
export type DocumentPath = readonly (string | number)[];

/** Where a problem is reported; each loader collects into one list so that all errors come at once. */
export type Report = (path: DocumentPath, message: string, fix: string) => void;
