import { readFileSync } from "node:fs";
import { Language, Node, Parser } from "@vscode/tree-sitter-wasm";

/** Where a script does not parse as PowerShell: line and text of each error. */
export type SyntaxCheck = (script: string) => string[];

/** The grammar that editors use: nothing of ours is in it. */
export async function loadSyntaxCheck(): Promise<SyntaxCheck> {
    await Parser.init();
    const grammar = require.resolve("@vscode/tree-sitter-wasm").replace("tree-sitter.js", "tree-sitter-powershell.wasm");
    const parser = new Parser().setLanguage(await Language.load(readFileSync(grammar)));
    return (script) => {
        const tree = parser.parse(script)!;
        const errors: string[] = [];
        const visit = (node: Node): void => {
            if (node.isError || node.isMissing) {
                errors.push(`line ${node.startPosition.row + 1}: ${node.text.slice(0, 80)}`);
            } else if (node.hasError) {
                node.children.forEach((child) => child !== null && visit(child));
            }
        };
        visit(tree.rootNode);
        tree.delete();
        return errors;
    };
}
