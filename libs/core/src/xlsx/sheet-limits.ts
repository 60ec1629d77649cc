/** A sheet has 1,048,576 rows; the first holds the columns' names. */
export const mostRowsOfSheet = 1_048_575;

/** What Excel keeps of the text of one cell. */
export const mostCharactersOfCell = 32_767;

export const mostColumnsOfSheet = 16_384;

/**
 * A row's JSON line. Cells full of text would take more (16,384 of 32,767 characters each), but a line is read in one go,
 * and nothing else is answered until it is.
 */
export const mostBytesOfRow = 8 * 1024 * 1024;
