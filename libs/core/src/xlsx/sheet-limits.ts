/** A sheet has 1,048,576 rows; the first holds the columns' names. */
export const mostRowsOfSheet = 1_048_575;

/** What Excel keeps of the text of one cell. */
export const mostCharactersOfCell = 32_767;

export const mostColumnsOfSheet = 16_384;
