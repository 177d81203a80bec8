import type Parser from "tree-sitter";

/** Where a script does not parse as PowerShell: line and text of each error. */
export type SyntaxCheck = (script: string) => string[];

/** The grammar is an ES module with top-level await, so it cannot be required. */
export async function loadSyntaxCheck(): Promise<SyntaxCheck> {
    const { default: TreeSitter } = await import("tree-sitter");
    // By its file, because its entry point has no extension: that way is deprecated, and has no type declarations.
    const { default: grammar } = (await import("tree-sitter-powershell/bindings/node/index.js" as string)) as { default: Parser.Language };
    const parser = new TreeSitter();
    parser.setLanguage(grammar);
    return (script) => {
        // Without a larger buffer the native parser refuses texts of 32 KB and more.
        const { rootNode } = parser.parse(script, undefined, { bufferSize: script.length * 2 + 1024 });
        const errors: string[] = [];
        const visit = (node: Parser.SyntaxNode): void => {
            if (node.isError || node.isMissing) {
                errors.push(`line ${node.startPosition.row + 1}: ${node.text.slice(0, 80)}`);
            } else if (node.hasError) {
                node.children.forEach(visit);
            }
        };
        visit(rootNode);
        return errors;
    };
}
