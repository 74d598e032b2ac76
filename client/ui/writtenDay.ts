/** Stands for what somebody has written in a field for a day, and that is none. */
export const noDay = 'no-day'
