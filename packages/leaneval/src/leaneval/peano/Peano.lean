prelude

/-!
# Elementary number theory without computation

The library of the Peano benchmark. Statements are plain function application over the names below:
there is no notation, macro, instance, extern or axiom here.

Invariant: a *function* (`add`, `gcd`, ...) and the order `Le` are `opaque`, so that two different
applications are never definitionally equal: `add n zero` is not `n`. Each hides the real function
as its value, which nothing can unfold, neither the elaborator nor the kernel. An *abbreviation*
(`Even`, `Divides`, `two`, ...) is a plain definition and does unfold, so that writing a definition
out is the same statement. Definitional equality of statements is therefore "the same up to bound
names and written-out definitions".

Out of scope: proofs. There are no lemmas, and opaque functions admit none.
-/

set_option genSizeOf false
set_option genInjectivity false
set_option genCtorIdx false

universe u

/-! Lean's code generator asks for these names. As opaque constants they add no axiom. -/
noncomputable opaque lcErased : Type := Prop
noncomputable opaque lcAny : Type := Prop

/-! ## Logic -/

inductive True : Prop where
  | intro : True

inductive False : Prop

inductive And (a b : Prop) : Prop where
  | intro : a → b → And a b

inductive Or (a b : Prop) : Prop where
  | inl : a → Or a b
  | inr : b → Or a b

inductive Exists {α : Sort u} (p : α → Prop) : Prop where
  | intro : (x : α) → p x → Exists p

inductive Eq {α : Sort u} : α → α → Prop where
  | refl : (a : α) → Eq a a

noncomputable section

def Not (a : Prop) : Prop := a → False

def Iff (a b : Prop) : Prop := And (a → b) (b → a)

def Ne {α : Sort u} (a b : α) : Prop := Not (Eq a b)

def ExistsUnique {α : Sort u} (p : α → Prop) : Prop :=
  Exists fun x => And (p x) (∀ y, p y → Eq y x)

/-! ## Numbers -/

/-- The constructors do not bear Lean's own names: its elaborator treats `Nat.succ` specially and
then asks for an addition that does not exist here. -/
inductive Nat : Type where
  | first : Nat
  | next : Nat → Nat

@[reducible] def ℕ : Type := Nat

def zero : Nat := Nat.first
def succ (n : Nat) : Nat := Nat.next n
def one : Nat := succ zero
def two : Nat := succ one
def three : Nat := succ two
def four : Nat := succ three
def five : Nat := succ four
def six : Nat := succ five
def seven : Nat := succ six
def eight : Nat := succ seven
def nine : Nat := succ eight
def ten : Nat := succ nine
def eleven : Nat := succ ten
def twelve : Nat := succ eleven

/-! ## Functions: opaque -/

opaque add : Nat → Nat → Nat :=
  fun a b => Nat.rec a (fun _ r => succ r) b

opaque mul : Nat → Nat → Nat :=
  fun a b => Nat.rec zero (fun _ r => add r a) b

opaque pow : Nat → Nat → Nat :=
  fun a b => Nat.rec one (fun _ r => mul r a) b

/-- Cut off at zero. -/
opaque sub : Nat → Nat → Nat :=
  fun a b => Nat.rec a (fun _ r => Nat.rec zero (fun p _ => p) r) b

opaque max : Nat → Nat → Nat :=
  fun a b => add a (sub b a)

opaque min : Nat → Nat → Nat :=
  fun a b => sub a (sub a b)

/-- The remainder when `a` is divided by `m`; `a` itself where `m` is zero. -/
opaque mod : Nat → Nat → Nat :=
  fun a m => Nat.rec a
    (fun _ _ => Nat.rec zero (fun _ r => Nat.rec zero (fun _ _ => succ r) (sub m (succ r))) a) m

/-- The whole quotient when `a` is divided by `m`; zero where `m` is zero. -/
opaque div : Nat → Nat → Nat :=
  fun a m => Nat.rec zero
    (fun _ _ => Nat.rec zero
      (fun p q => Nat.rec (succ q) (fun _ _ => q) (sub m (succ (mod p m)))) a) m

opaque gcd : Nat → Nat → Nat :=
  fun a b => Nat.rec (motive := fun _ => Nat → Nat → Nat) (fun x _ => x)
    (fun _ next x y => Nat.rec x (fun _ _ => next y (mod x y)) y) (succ b) a b

opaque lcm : Nat → Nat → Nat :=
  fun a b => div (mul a b) (gcd a b)

opaque factorial : Nat → Nat :=
  fun n => Nat.rec one (fun p r => mul r (succ p)) n

/-! ## The order: opaque, its variants unfold -/

opaque Le : Nat → Nat → Prop :=
  fun a b => Exists fun k => Eq (add a k) b

def Lt (a b : Nat) : Prop := Le (succ a) b
def Ge (a b : Nat) : Prop := Le b a
def Gt (a b : Nat) : Prop := Lt b a

/-! ## Abbreviations: they unfold -/

def double (n : Nat) : Nat := mul two n
def square (n : Nat) : Nat := mul n n

def Divides (d n : Nat) : Prop := Exists fun k => Eq n (mul d k)
def Even (n : Nat) : Prop := Exists fun k => Eq n (mul two k)
def Odd (n : Nat) : Prop := Exists fun k => Eq n (add (mul two k) one)
def Square (n : Nat) : Prop := Exists fun k => Eq n (mul k k)
def Coprime (a b : Nat) : Prop := Eq (gcd a b) one
def Congruent (a b m : Nat) : Prop := Eq (mod a m) (mod b m)
def Prime (p : Nat) : Prop := And (Lt one p) (∀ d, Divides d p → Or (Eq d one) (Eq d p))
def Composite (n : Nat) : Prop :=
  Exists fun a => Exists fun b => And (Lt one a) (And (Lt one b) (Eq n (mul a b)))

end
