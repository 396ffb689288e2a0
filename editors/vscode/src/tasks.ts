/** Tasks that run `gatewright` over the workspace, with their findings among the problems. */

import * as vscode from 'vscode';

import { TaskDefinition, taskArguments } from './core/tasks';

const TYPE = 'gatewright';

/** Offers the tasks. */
export function registerTasks(): vscode.Disposable {
    return vscode.tasks.registerTaskProvider(TYPE, {
        provideTasks: () =>
            (vscode.workspace.workspaceFolders ?? []).flatMap((folder) => {
                const made = task({ type: TYPE, command: 'check' }, folder);
                return made === undefined ? [] : [made];
            }),
        resolveTask: (given) => task(given.definition, given.scope ?? vscode.TaskScope.Workspace),
    });
}

function task(
    definition: vscode.TaskDefinition,
    scope: NonNullable<vscode.Task['scope']>,
): vscode.Task | undefined {
    const given = definition as vscode.TaskDefinition & TaskDefinition;
    const words = taskArguments(given);
    if (words === undefined) {
        return undefined;
    }
    const execution = new vscode.ProcessExecution('gatewright', words);
    return new vscode.Task(definition, scope, given.command, TYPE, execution, '$gatewright');
}
