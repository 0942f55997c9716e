/-!
# Proof search where Lean has no tactics

A prelude-mode world declares no tactic, but Lean's instance resolution is a proof search of its
own. `Seq G p` says that `p` follows from `G`; an instance below is a rule of the sequent calculus
and carries its proof, so that whatever the search finds is a proof without any axiom. A context `G`
is a conjunction that ends in `True`. Priorities put what closes a goal before what opens new ones;
quantifiers range over `Type u`, so that an arrow is not taken for one.

Out of scope: classical logic, induction, unfolding of the library's definitions (`exact` does it).
-/
universe u
set_option synthInstance.checkSynthOrder false

/-- `p` follows from `G`. -/
class inductive Seq (G p : Prop) : Prop where
  | mk : (G → p) → Seq G p

/-- `p` is one of the conjuncts of `G`. -/
class inductive Mem (G p : Prop) : Prop where
  | mk : (G → p) → Mem G p

/-- `q` follows from `T`, used once, and `G`. -/
class inductive App (G T q : Prop) : Prop where
  | mk : (G → T → q) → App G T q

theorem Seq.run {G p : Prop} (i : Seq G p) : G → p := Seq.rec (fun h => h) i
theorem Mem.run {G p : Prop} (i : Mem G p) : G → p := Mem.rec (fun h => h) i
theorem App.run {G T q : Prop} (i : App G T q) : G → T → q := App.rec (fun h => h) i
theorem fst {a b : Prop} (h : And a b) : a := And.rec (fun x _ => x) h
theorem snd {a b : Prop} (h : And a b) : b := And.rec (fun _ y => y) h
theorem symm {α : Sort u} {a b : α} (h : Eq a b) : Eq b a :=
  Eq.rec (motive := fun c _ => Eq c a) (Eq.refl a) h

/-! Finding a hypothesis -/
instance (priority := 30) here {G p : Prop} : Mem (And p G) p := Mem.mk fun g => fst g
instance (priority := 20) there {G p q : Prop} [i : Mem G p] : Mem (And q G) p :=
  Mem.mk fun g => i.run (snd g)

/-! Closing a goal -/
instance (priority := 950) rfl {α : Sort u} {a : α} {G : Prop} : Seq G (Eq a a) :=
  Seq.mk fun _ => Eq.refl a
instance (priority := 950) true {G : Prop} : Seq G True := Seq.mk fun _ => True.intro
instance (priority := 900) assumption {G p : Prop} [i : Mem G p] : Seq G p := Seq.mk i.run
instance (priority := 890) turned {α : Sort u} {a b : α} {G : Prop} [i : Mem G (Eq b a)] :
    Seq G (Eq a b) := Seq.mk fun g => symm (i.run g)
instance (priority := 890) turnedNot {α : Sort u} {a b : α} {G : Prop}
    [i : Mem G (Not (Eq b a))] : Seq G (Not (Eq a b)) := Seq.mk fun g h => i.run g (symm h)

/-! Taking a hypothesis apart as it is introduced -/
instance (priority := 600) split {a b c G : Prop} [i : Seq G (a → b → c)] : Seq G (And a b → c) :=
  Seq.mk fun g h => i.run g (fst h) (snd h)
instance (priority := 600) cases {a b c G : Prop} [i : Seq G (a → c)] [j : Seq G (b → c)] :
    Seq G (Or a b → c) := Seq.mk fun g h => Or.rec (i.run g) (j.run g) h
instance (priority := 600) witness {α : Type u} {P : α → Prop} {c G : Prop}
    [i : ∀ x, Seq G (P x → c)] : Seq G (Exists P → c) :=
  Seq.mk fun g h => Exists.rec (fun x y => (i x).run g y) h
instance (priority := 600) absurd {c G : Prop} : Seq G (False → c) :=
  Seq.mk fun _ h => False.rec (fun _ => c) h
instance (priority := 600) differing {α : Sort u} {a b : α} {c G : Prop}
    [i : Seq G (Not (Eq a b) → c)] : Seq G (Ne a b → c) := Seq.mk i.run

/-! Introduction -/
instance (priority := 510) imp {p q G : Prop} [i : Seq (And p G) q] : Seq G (p → q) :=
  Seq.mk fun g h => i.run (And.intro h g)
instance (priority := 500) all {α : Type u} {P : α → Prop} {G : Prop} [i : ∀ x, Seq G (P x)] :
    Seq G (∀ x, P x) := Seq.mk fun g x => (i x).run g
instance (priority := 500) both {p q G : Prop} [i : Seq G p] [j : Seq G q] : Seq G (And p q) :=
  Seq.mk fun g => And.intro (i.run g) (j.run g)
instance (priority := 500) equiv {p q G : Prop} [i : Seq G (p → q)] [j : Seq G (q → p)] :
    Seq G (Iff p q) := Seq.mk fun g => And.intro (i.run g) (j.run g)
instance (priority := 500) differ {α : Sort u} {a b : α} {G : Prop} [i : Seq G (Not (Eq a b))] :
    Seq G (Ne a b) := Seq.mk i.run
instance (priority := 500) unique {α : Sort u} {P : α → Prop} {G : Prop}
    [i : Seq G (Exists fun x => And (P x) (∀ y, P y → Eq y x))] : Seq G (ExistsUnique P) :=
  Seq.mk i.run
instance (priority := 400) left {p q G : Prop} [i : Seq G p] : Seq G (Or p q) :=
  Seq.mk fun g => Or.inl (i.run g)
instance (priority := 400) right {p q G : Prop} [i : Seq G q] : Seq G (Or p q) :=
  Seq.mk fun g => Or.inr (i.run g)
instance (priority := 400) some {α : Type u} {P : α → Prop} {x : α} {G : Prop} [i : Seq G (P x)] :
    Seq G (Exists P) := Seq.mk fun g => Exists.intro x (i.run g)

/-! Using a hypothesis -/
instance (priority := 900) whole {G q : Prop} : App G q q := App.mk fun _ h => h
instance (priority := 890) wholeTurned {α : Sort u} {a b : α} {G : Prop} :
    App G (Eq b a) (Eq a b) := App.mk fun _ h => symm h
instance (priority := 500) feed {G p T q : Prop} [j : App G T q] [i : Seq G p] : App G (p → T) q :=
  App.mk fun g h => j.run g (h (i.run g))
instance (priority := 400) inst {α : Type u} {P : α → Prop} {x : α} {G q : Prop}
    [i : App G (P x) q] : App G (∀ x, P x) q := App.mk fun g h => i.run g (h x)
instance (priority := 500) first {G p T q : Prop} [j : App G T q] : App G (And T p) q :=
  App.mk fun g h => j.run g (fst h)
instance (priority := 500) second {G p T q : Prop} [j : App G T q] : App G (And p T) q :=
  App.mk fun g h => j.run g (snd h)
instance (priority := 500) forth {G p T q : Prop} [j : App G T q] [i : Seq G p] :
    App G (Iff p T) q := App.mk fun g h => j.run g (fst h (i.run g))
instance (priority := 500) backwards {G p T q : Prop} [j : App G T q] [i : Seq G p] :
    App G (Iff T p) q := App.mk fun g h => j.run g (snd h (i.run g))
instance (priority := 500) refute {G p : Prop} [i : Seq G p] : App G (Not p) False :=
  App.mk fun g h => h (i.run g)
instance (priority := 890) wholeTurnedNot {α : Sort u} {a b : α} {G : Prop} :
    App G (Not (Eq b a)) (Not (Eq a b)) := App.mk fun _ k h => k (symm h)
instance (priority := 500) unequal {α : Sort u} {a b : α} {G q : Prop}
    [i : App G (Not (Eq a b)) q] : App G (Ne a b) q := App.mk i.run
instance (priority := 300) under {α : Type u} {P Q : α → Prop} {G : Prop}
    [i : ∀ x, Seq G (P x → Q x)] : App G (Exists P) (Exists Q) :=
  App.mk fun g h => Exists.rec (fun x y => Exists.intro x ((i x).run g y)) h
instance (priority := 300) underUnique {α : Sort u} {P : α → Prop} {G q : Prop}
    [i : App G (Exists fun x => And (P x) (∀ y, P y → Eq y x)) q] : App G (ExistsUnique P) q :=
  App.mk i.run
instance (priority := 300) either {a b c d G : Prop} [i : Seq G (a → Or c d)]
    [j : Seq G (b → Or c d)] : App G (Or a b) (Or c d) :=
  App.mk fun g h => Or.rec (i.run g) (j.run g) h
instance (priority := 100) back {G T q : Prop} [m : Mem G T] [i : App G T q] : Seq G q :=
  Seq.mk fun g => i.run g (m.run g)
/-! Last, because it opens a search that may not end. -/
instance (priority := 90) neg {p G : Prop} [i : Seq (And p G) False] : Seq G (Not p) :=
  Seq.mk fun g h => i.run (And.intro h g)

/-- `p`, from nothing. -/
theorem search {p : Prop} [i : Seq True p] : p := i.run True.intro
/-- `p`, from `h` and nothing else. -/
theorem via {h p : Prop} (k : h) [i : Seq (And h True) p] : p := i.run (And.intro k True.intro)

/-! ## Statements that say nothing

Each class walks down a statement, hypotheses into `G`, and closes at its conclusion in one way
alone. A conclusion that is itself an implication counts as hypothesis and conclusion. -/

/-- The hypotheses of `T` contradict each other. -/
class inductive Clash (G T : Prop) : Prop where
  | mk : (G → T) → Clash G T
/-- The conclusion of `T` is one of its hypotheses. -/
class inductive Held (G T : Prop) : Prop where
  | mk : (G → T) → Held G T
/-- The conclusion of `T` holds by reflexivity, whatever the hypotheses. -/
class inductive Plain (T : Prop) : Prop where
  | mk : T → Plain T
theorem Clash.run {G T : Prop} (i : Clash G T) : G → T := Clash.rec (fun h => h) i
theorem Held.run {G T : Prop} (i : Held G T) : G → T := Held.rec (fun h => h) i
theorem Plain.run {T : Prop} (i : Plain T) : T := Plain.rec (fun h => h) i

instance (priority := 600) clashSplit {a b c G : Prop} [i : Clash G (a → b → c)] :
    Clash G (And a b → c) := Clash.mk fun g h => i.run g (fst h) (snd h)
instance (priority := 600) clashWitness {α : Type u} {P : α → Prop} {c G : Prop}
    [i : ∀ x, Clash G (P x → c)] : Clash G (Exists P → c) :=
  Clash.mk fun g h => Exists.rec (fun x y => (i x).run g y) h
instance (priority := 510) clashImp {p q G : Prop} [i : Clash (And p G) q] : Clash G (p → q) :=
  Clash.mk fun g h => i.run (And.intro h g)
instance (priority := 500) clashAll {α : Type u} {P : α → Prop} {G : Prop}
    [i : ∀ x, Clash G (P x)] : Clash G (∀ x, P x) := Clash.mk fun g x => (i x).run g
instance (priority := 100) clash {G q : Prop} [i : Seq G False] : Clash G q :=
  Clash.mk fun g => False.rec (fun _ => q) (i.run g)

instance (priority := 600) heldSplit {a b c G : Prop} [i : Held G (a → b → c)] :
    Held G (And a b → c) := Held.mk fun g h => i.run g (fst h) (snd h)
instance (priority := 510) heldImp {p q G : Prop} [i : Held (And p G) q] : Held G (p → q) :=
  Held.mk fun g h => i.run (And.intro h g)
instance (priority := 500) heldAll {α : Type u} {P : α → Prop} {G : Prop} [i : ∀ x, Held G (P x)] :
    Held G (∀ x, P x) := Held.mk fun g x => (i x).run g
instance (priority := 100) held {G q : Prop} [i : Mem G q] : Held G q := Held.mk i.run
instance (priority := 90) heldTurned {α : Sort u} {a b : α} {G : Prop} [i : Mem G (Eq b a)] :
    Held G (Eq a b) := Held.mk fun g => symm (i.run g)

instance (priority := 500) plainAll {α : Type u} {P : α → Prop} [i : ∀ x, Plain (P x)] :
    Plain (∀ x, P x) := Plain.mk fun x => (i x).run
instance (priority := 510) plainImp {p q : Prop} [i : Plain q] : Plain (p → q) :=
  Plain.mk fun _ => i.run
instance (priority := 500) plainBoth {p q : Prop} [i : Plain p] [j : Plain q] : Plain (And p q) :=
  Plain.mk (And.intro i.run j.run)
instance (priority := 500) plainIff {p : Prop} : Plain (Iff p p) :=
  Plain.mk (And.intro (fun h => h) (fun h => h))
instance (priority := 400) plainLeft {p q : Prop} [i : Plain p] : Plain (Or p q) :=
  Plain.mk (Or.inl i.run)
instance (priority := 400) plainRight {p q : Prop} [i : Plain q] : Plain (Or p q) :=
  Plain.mk (Or.inr i.run)
instance (priority := 400) plainSome {P : Nat → Prop} [i : Plain (P zero)] : Plain (Exists P) :=
  Plain.mk (Exists.intro zero i.run)
instance (priority := 100) plainRfl {α : Sort u} {a : α} : Plain (Eq a a) := Plain.mk (Eq.refl a)
instance (priority := 100) plainTrue : Plain True := Plain.mk True.intro

/-- One of the three, in a single walk: asked first, because it mostly fails. -/
class inductive Idle (G T : Prop) : Prop where
  | mk : (G → T) → Idle G T
theorem Idle.run {G T : Prop} (i : Idle G T) : G → T := Idle.rec (fun h => h) i

instance (priority := 600) idleSplit {a b c G : Prop} [i : Idle G (a → b → c)] :
    Idle G (And a b → c) := Idle.mk fun g h => i.run g (fst h) (snd h)
instance (priority := 600) idleWitness {α : Type u} {P : α → Prop} {c G : Prop}
    [i : ∀ x, Idle G (P x → c)] : Idle G (Exists P → c) :=
  Idle.mk fun g h => Exists.rec (fun x y => (i x).run g y) h
instance (priority := 510) idleImp {p q G : Prop} [i : Idle (And p G) q] : Idle G (p → q) :=
  Idle.mk fun g h => i.run (And.intro h g)
instance (priority := 500) idleAll {α : Type u} {P : α → Prop} {G : Prop}
    [i : ∀ x, Idle G (P x)] : Idle G (∀ x, P x) := Idle.mk fun g x => (i x).run g
instance (priority := 100) idlePlain {q G : Prop} [i : Plain q] : Idle G q := Idle.mk fun _ => i.run
instance (priority := 90) idleHeld {q G : Prop} [i : Mem G q] : Idle G q := Idle.mk i.run
instance (priority := 80) idleTurned {α : Sort u} {a b : α} {G : Prop} [i : Mem G (Eq b a)] :
    Idle G (Eq a b) := Idle.mk fun g => symm (i.run g)
instance (priority := 70) idleClash {q G : Prop} [i : Seq G False] : Idle G q :=
  Idle.mk fun g => False.rec (fun _ => q) (i.run g)

theorem idle {T : Prop} [i : Idle True T] : T := i.run True.intro
theorem clashes {T : Prop} [i : Clash True T] : T := i.run True.intro
theorem holds {T : Prop} [i : Held True T] : T := i.run True.intro
theorem plain {T : Prop} [i : Plain T] : T := i.run
