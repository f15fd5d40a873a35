/**
 * Which projection made the rows and messages. Raise it with every change after which the same log comes to other rows or other messages
 * (also when events become readable that were not): the next start makes them anew.
 */
export const projectionVersion = 3
