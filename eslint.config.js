import { vueTsConfigs, withVueTs } from '@vue/eslint-config-typescript'
import vue from 'eslint-plugin-vue'
import accessibility from 'eslint-plugin-vuejs-accessibility'

/** Formatting. ESLint's own rules, which it keeps until version 11: no further dependency. */
const format = {
  'arrow-parens': ['error', 'as-needed', { requireForBlockBody: true }],
  'arrow-spacing': 'error',
  'block-spacing': 'error',
  'comma-dangle': ['error', 'always-multiline'],
  'comma-spacing': 'error',
  'eol-last': 'error',
  'key-spacing': ['error', { mode: 'minimum' }],
  'keyword-spacing': 'error',
  'max-len': ['error', { code: 150, ignoreUrls: true, ignoreStrings: true, ignoreTemplateLiterals: true, ignoreRegExpLiterals: true }],
  'no-multi-spaces': ['error', { ignoreEOLComments: true }],
  'no-multiple-empty-lines': ['error', { max: 1, maxEOF: 0, maxBOF: 0 }],
  'no-trailing-spaces': 'error',
  'object-curly-spacing': ['error', 'always'],
  'quotes': ['error', 'single', { avoidEscape: true }],
  'semi': ['error', 'never'],
  'space-before-blocks': 'error',
  'space-in-parens': 'error',
  'space-infix-ops': 'error',
}

/** HTML of people's words is never parsed: Vue's text interpolation is the only road to the page. */
const unsafeHtml = ['innerHTML', 'outerHTML', 'insertAdjacentHTML', 'srcdoc', 'createContextualFragment'].map(name => ({
  selector: `MemberExpression[property.name='${name}']`,
  message: `${name} parses text as HTML; use textContent or a template.`,
}))

export default withVueTs(
  { ignores: ['dist/**', 'data/**', 'client/public/**'] },
  vue.configs['flat/recommended'],
  accessibility.configs['flat/recommended'],
  vueTsConfigs.recommendedTypeChecked,
  {
    linterOptions: { reportUnusedDisableDirectives: 'error', noInlineConfig: true },
    rules: {
      ...format,
      'eqeqeq': ['error', 'always'],
      'no-restricted-syntax': ['error', ...unsafeHtml],
      'no-var': 'error',
      'object-shorthand': 'error',
      'prefer-const': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-base-to-string': ['error', { ignoredTypeNames: ['Text', 'YText', 'XmlFragment', 'YXmlFragment', 'AbstractType'] }],
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      // Objects here are closures: none of their functions needs its `this`.
      '@typescript-eslint/unbound-method': 'off',
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
    },
  },
  {
    files: ['client/**/*.vue'],
    rules: {
      // A template line is one element, and its attributes are read as one.
      'max-len': 'off',
      'vue/block-lang': ['error', { script: { lang: 'ts' } }],
      'vue/block-order': ['error', { order: ['script', 'template', 'style'] }],
      'vue/component-api-style': ['error', ['script-setup']],
      'vue/max-attributes-per-line': 'off',
      'vue/multi-word-component-names': 'error',
      'vue/no-v-html': 'error',
      'vue/no-v-text-v-html-on-component': 'error',
      'vue/prefer-true-attribute-shorthand': 'error',
      'vue/require-default-prop': 'off',
      'vue/singleline-html-element-content-newline': 'off',
      // It has the label of the control in its slot.
      'vuejs-accessibility/form-control-has-label': ['error', { labelComponents: ['DialogField'] }],
      'vuejs-accessibility/label-has-for': ['error', { required: { some: ['nesting', 'id'] } }],
    },
  },
  {
    // The table hears the arrow keys of the buttons that are its cells.
    files: ['client/features/table/PlanTable.vue'],
    rules: { 'vuejs-accessibility/no-static-element-interactions': 'off' },
  },
  { files: ['*.js'], extends: [vueTsConfigs.disableTypeChecked] },
)
