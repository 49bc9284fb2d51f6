/** In the catalogue. Ids run from 1. */
export const PRODUCT_COUNT = 3000

/** Known to the shop. Ids run from 1. */
export const CUSTOMER_COUNT = 2000

const ORDER_COUNT = 8000

/** The shop's tables and the same data each time, in a schema that is the demo's alone. */
export const SHOP_SCHEMA: string = `
drop schema if exists headgate_demo cascade;
create schema headgate_demo;

create table headgate_demo.products (
  id int primary key,
  name text not null,
  description text not null,
  department text not null,
  price_cents int not null,
  stock int not null check (stock >= 0)
);

insert into headgate_demo.products
select
  i,
  ${word('i * 7 + i / 11', 'adjectives')} || ' ' || ${word('i * 13 + i / 7', 'materials')} || ' ' || ${word('i', 'nouns')},
  'with ' || ${word('i * 3 + i / 5', 'features')} || ' for the ' || ${word('i * 5 + i / 3', 'places')},
  ${word('i % 25 / 5', 'departments')},
  500 + i * 7919 % 20000,
  1000000
from
  generate_series(1, ${PRODUCT_COUNT}) as i,
  (select
    array['small', 'large', 'light', 'folding', 'round', 'plain', 'striped', 'quiet', 'warm', 'sturdy', 'narrow'] as adjectives,
    array['oak', 'steel', 'linen', 'cork', 'wool', 'glass', 'bamboo', 'copper', 'cotton', 'leather', 'walnut', 'paper', 'stone'] as materials,
    array['table', 'chair', 'shelf', 'stool', 'bench', 'lamp', 'lantern', 'candle', 'mirror', 'clock',
      'kettle', 'teapot', 'pan', 'bowl', 'plate', 'blanket', 'cushion', 'curtain', 'carpet', 'towel',
      'basket', 'crate', 'hook', 'vase', 'planter'] as nouns,
    array['handles', 'wheels', 'drawers', 'hinges', 'tassels', 'grooves', 'stripes', 'lids', 'straps'] as features,
    array['kitchen', 'garden', 'hallway', 'office', 'bedroom', 'balcony', 'cellar', 'nursery'] as places,
    array['furniture', 'light', 'kitchen', 'textiles', 'storage'] as departments
  ) as words;

create table headgate_demo.orders (
  id int generated always as identity primary key,
  customer_id int not null,
  product_id int not null references headgate_demo.products,
  department text not null,
  quantity int not null check (quantity > 0),
  total_cents int not null,
  placed_on date not null default current_date
);

insert into headgate_demo.orders (customer_id, product_id, department, quantity, total_cents, placed_on)
select 1 + i * 7919 % ${CUSTOMER_COUNT}, id, department, 1 + i % 3, (1 + i % 3) * price_cents, current_date - i % 30
from generate_series(1, ${ORDER_COUNT}) as i
join headgate_demo.products on id = 1 + (i * 271 + i / 2000 * 17) % ${PRODUCT_COUNT};

create index on headgate_demo.orders (customer_id);
create index on headgate_demo.orders (product_id);
create index on headgate_demo.orders (placed_on);
analyze headgate_demo.products, headgate_demo.orders;
`

/** SQL for the word of a list that a number falls on. */
function word(number: string, list: string): string {
  return `words.${list}[1 + (${number}) % cardinality(words.${list})]`
}
