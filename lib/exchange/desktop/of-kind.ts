/** What of a union has a kind, also where several kinds share a type. */
export type OfKind<Union, Kind> = Union extends { readonly kind: infer Kinds }
  ? Kind extends Kinds
    ? Union
    : never
  : never;
