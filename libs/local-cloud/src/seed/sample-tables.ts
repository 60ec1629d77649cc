import { generatedTables } from './generated-tables.js';
import { column, type SampleTable } from './sample-table.js';

const flights: SampleTable = {
  tableId: 'flights',
  file: 'flights-3m.parquet',
  description: 'Three million flights within the United States, January to June 2001.',
  schema: [
    column('date', 'DATETIME', 'Scheduled departure, local time.'),
    column('delay', 'INTEGER', 'Delay of the arrival in minutes; negative when early.'),
    column('distance', 'INTEGER', 'Distance in miles.'),
    column('origin', 'STRING', 'IATA code of the airport of departure.'),
    column('destination', 'STRING', 'IATA code of the airport of arrival.'),
  ],
  sql: (path) => `SELECT date, delay, distance, origin, destination FROM read_parquet(${path})`,
};

const airports: SampleTable = {
  tableId: 'airports',
  file: 'airports.csv',
  description: 'Airports of the United States.',
  schema: [
    column('iata', 'STRING', 'IATA code.'),
    column('name', 'STRING', 'Name of the airport.'),
    column('city', 'STRING', 'City it serves.'),
    column('state', 'STRING', 'Two-letter state.'),
    column('country', 'STRING', 'Country.'),
    column('latitude', 'FLOAT', 'Degrees north.'),
    column('longitude', 'FLOAT', 'Degrees east.'),
  ],
  sql: (path) =>
    `SELECT iata, name, city, state, country, latitude, longitude FROM read_csv(${path}, all_varchar = true)`,
};

const weather: SampleTable = {
  tableId: 'weather',
  file: 'weather.csv',
  description: 'Daily weather of Seattle and New York, 2012 to 2015.',
  schema: [
    column('location', 'STRING', 'City.'),
    column('date', 'DATE', 'Day.'),
    column('precipitation', 'FLOAT', 'Millimetres.'),
    column('temp_max', 'FLOAT', 'Highest temperature in degrees Celsius.'),
    column('temp_min', 'FLOAT', 'Lowest temperature in degrees Celsius.'),
    column('wind', 'FLOAT', 'Mean wind in metres per second.'),
    column('weather', 'STRING', 'Kind of weather.'),
  ],
  sql: (path) =>
    `SELECT location, date, precipitation, temp_max, temp_min, wind, weather FROM read_csv(${path})`,
};

const movies: SampleTable = {
  tableId: 'movies',
  file: 'movies.json',
  description: 'Films with their takings, budgets and ratings.',
  schema: [
    column('title', 'STRING', 'Title.'),
    column('us_gross', 'INTEGER', 'Takings in the United States, in dollars.'),
    column('worldwide_gross', 'INTEGER', 'Takings in the whole world, in dollars.'),
    column('production_budget', 'INTEGER', 'Cost of the production, in dollars.'),
    column(
      'release_date',
      'STRING',
      'Day of release as written in the source, e.g. `Jun 12 1998`.',
    ),
    column('mpaa_rating', 'STRING', 'Rating by the Motion Picture Association.'),
    column('running_time_min', 'INTEGER', 'Length in minutes.'),
    column('distributor', 'STRING', 'Distributor.'),
    column('major_genre', 'STRING', 'Genre.'),
    column('director', 'STRING', 'Director.'),
    column('rotten_tomatoes_rating', 'INTEGER', 'Critics, 0 to 100.'),
    column('imdb_rating', 'FLOAT', 'Audience, 0 to 10.'),
    column('imdb_votes', 'INTEGER', 'Number of votes of the audience.'),
  ],
  sql: (
    path,
  ) => `SELECT "Title"->>'$', "US Gross", "Worldwide Gross", "Production Budget", "Release Date",
    "MPAA Rating", "Running Time min", "Distributor", "Major Genre", "Director", "Rotten Tomatoes Rating",
    "IMDB Rating", "IMDB Votes" FROM read_json(${path}, columns = {"Title": 'JSON', "US Gross": 'BIGINT',
    "Worldwide Gross": 'BIGINT', "Production Budget": 'BIGINT', "Release Date": 'VARCHAR', "MPAA Rating": 'VARCHAR',
    "Running Time min": 'BIGINT', "Distributor": 'VARCHAR', "Major Genre": 'VARCHAR', "Director": 'VARCHAR',
    "Rotten Tomatoes Rating": 'BIGINT', "IMDB Rating": 'DOUBLE', "IMDB Votes": 'BIGINT'})`,
};

const earthquakes: SampleTable = {
  tableId: 'earthquakes',
  file: 'earthquakes.json',
  description: 'Earthquakes of one week, as reported by the United States Geological Survey.',
  schema: [
    column('id', 'STRING', 'Identifier of the event.'),
    column('magnitude', 'FLOAT', 'Magnitude.'),
    column('place', 'STRING', 'Nearest named place.'),
    column('time', 'TIMESTAMP', 'When it happened.'),
    column('updated', 'TIMESTAMP', 'When the report was last changed.'),
    column('felt', 'INTEGER', 'Number of people who reported to have felt it.'),
    column('significance', 'INTEGER', 'How significant the event is, 0 to 1000.'),
    column('is_tsunami', 'BOOLEAN', 'Whether a tsunami warning was linked.'),
    column('depth_km', 'FLOAT', 'Depth in kilometres.'),
    column('epicentre', 'GEOGRAPHY', 'Longitude and latitude.'),
  ],
  sql: (path) => `SELECT f.id, f.properties.mag, f.properties.place,
      make_timestamptz(f.properties."time" * 1000), make_timestamptz(f.properties.updated * 1000),
      f.properties.felt, f.properties.sig, f.properties.tsunami = 1, f.geometry.coordinates[3],
      'POINT(' || f.geometry.coordinates[1] || ' ' || f.geometry.coordinates[2] || ')'
    FROM (SELECT unnest(features) AS f FROM read_json(${path}))`,
};

/** Every table of the sample dataset. */
export const sampleTables: readonly SampleTable[] = [
  flights,
  airports,
  weather,
  movies,
  earthquakes,
  ...generatedTables,
];
