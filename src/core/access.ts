// The one table of who may do what. Every door asks here: upgrade, load, endpoint, button.

/** What can be asked for. `sign` is one's own row of a roll call; `attest` is somebody else's. */
export type Action = 'read' | 'edit' | 'sign' | 'attest' | 'export' | 'create';

/** Who asks, as the door knows them. `guest`: has the link and no account. */
export type Role = 'guest';

const allowed: Record<Role, ReadonlySet<Action>> = {
  // Knowing the note's id is the only way in for now, and it is enough.
  guest: new Set<Action>(['read', 'edit', 'sign', 'attest', 'export', 'create']),
};

/** Whether `role` may do `action` to a note whose id it knows. */
export const may = (role: Role, action: Action): boolean => allowed[role].has(action);
