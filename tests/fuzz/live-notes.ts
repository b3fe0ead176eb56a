// Small notes as people bring them, between them with everything markdown has and several ways to spell it.

export const liveNotes: readonly string[] = [
  `Weekly meeting
==============

Intro with *one* _two_ **three** __four__ ~~five~~ and \`code\`, a [link](https://example.org/a_b "t")
that goes on, <https://example.org/auto> and https://example.org/bare_x.
Hard\\
break and spaces  
end.

* star one
* star two
    * nested *deep*
        * deeper

- dash list

- is loose

  with a second paragraph
+ plus list
`,
  `# Tasks

- [ ] @ana write **it** (by 2026-12-01)
- [x] done task
    - [ ] child
- plain among tasks
1. one
1. one again
1. and again

4) four
5) five
   continues lazily

**Decision:** ship it (accepted by Ana on 2026-11-24)

***

TODO: call Ben
`,
  `---
title: Front
---

# Raw

<div align="center">
  <b>x</b>
</div>

Text with <kbd>Ctrl</kbd> and a note[^1] and [ref][r] and ![img](https://example.org/i.png "t").

[![badge](https://example.org/b.svg)](https://example.org/ci)

:::info
inside **container**
:::

[^1]: The footnote
    goes on.

[r]: https://example.org/ref 'Title'
`,
  `Roll call:

* Min RK / Simula / @minrk
* Tim Head / WTT / @betatim
* **name** / **institution** / **GitHub handle**

## Agenda

1. First
2. Second
   - sub a
   - sub b

   para in second
3. Third

> quote *one*
> goes on
>
> - quoted item

Setext two
----------
`,
  `| Left | Right |
|:-----|------:|
| a *x* | 1 |
| b \\| c | 2 |

\`\`\`js=1
const x = 1;

// end
\`\`\`

    indented code

~~~
tildes \`\`\`
~~~

Text **bold
over lines** end

- item

      code in item
- > quote in item
- # heading in item
`,
  `* a
* b


* c after two blanks
   * odd indent
      1. number
      2. number

Para one
Para two \\* not a list
1\\. not a number

<!-- comment -->
- list after comment
<br>
para after html <br> inline

[TOC]

$$
x^2
$$

Inline $a_b$ math and ==mark== and H~2~O.
`,
  `## Meeting 2026-11-24 🎉

Attendees: Ana, Ben, Cem

Notes are here:
| Topic | Who |
| --- | :-: |
| [a \\| b](https://example.org/t "x") | \`y|z\` |
| ![i](i.png) | |

1. **Budget**: we said
   "no" & left it at 1 < 2
   - [ ] @ben asks again by Friday
   - AI: Cem writes *that* down

   \`\`\`
   code of the item
   \`\`\`
2. [name=Sarah] thinks it's _fine_
	- tabbed
	- [x] done with \`\`a \` b\`\`

   | in | item |
   |----|------|
   | 1  | 2    |

## Action items

- Ana: the minutes
- TODO
    - first
    - second

Resolved - keep it
`,
  `<details>
<summary>More</summary>

- hidden **item**

</details>

> note
> > deeper
> ~~~
> code in quote
> ~~~
>
> 1. a
> 2. b
lazy end

- - twice
  - nested

  # in item
- [link][Ref] and [Ref][] and ![pic][ref]
  <!-- a comment -->
- a[^n]b <span title="*x*">html</span> &amp; &copy; \\\\ \\*

***bold italic* bold** *a **b***, **a**b, foo__bar__ a\\_b \`*\`

[ref]: <https://example.org/with space> (Title)
[^n]: Note one

    Note two
*[HTML]: Hyper
Trailing two  
+ x

  + y


  + z
    ===
`,
];
