"""decisions and statements

Revision: 9ee407b622c1, after 1c7b9fe48652
"""

import sqlalchemy as sa
from alembic import op

import portal.database

revision = '9ee407b622c1'
down_revision = '1c7b9fe48652'
branch_labels = None
depends_on = None


def upgrade():
    op.create_table('line_decision',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False),
    sa.Column('number', sa.BigInteger(), nullable=False),
    sa.Column('n', sa.Integer(), nullable=False),
    sa.Column('key', sa.Text(), nullable=False),
    sa.Column('matter', sa.Text(), nullable=True),
    sa.Column('step', sa.Text(), nullable=True),
    sa.Column('held_on', sa.String(length=10), nullable=True),
    sa.Column('body', sa.Text(), nullable=True),
    sa.Column('due', sa.BigInteger(), nullable=True),
    sa.Column('present', sa.BigInteger(), nullable=True),
    sa.Column('in_favour', sa.BigInteger(), nullable=True),
    sa.Column('quorum', sa.Text(), nullable=True),
    sa.Column('households', sa.Boolean(), nullable=True),
    sa.Column('levy', sa.BigInteger(), nullable=True),
    sa.Column('labour', sa.BigInteger(), nullable=True),
    sa.Column('opinion', sa.Text(), nullable=True),
    sa.Column('result', sa.Text(), nullable=True),
    sa.Column('note', sa.Text(), nullable=True),
    sa.Column('subject', sa.Text(), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_line_decision'))
    )
    op.create_index(op.f('ix_line_decision_number'), 'line_decision', ['number'], unique=False)
    op.create_index(op.f('ix_line_decision_subject'), 'line_decision', ['subject'], unique=False)
    op.create_table('line_statement',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False),
    sa.Column('number', sa.BigInteger(), nullable=False),
    sa.Column('n', sa.Integer(), nullable=False),
    sa.Column('key', sa.Text(), nullable=False),
    sa.Column('name', sa.Text(), nullable=True),
    sa.Column('party', sa.Text(), nullable=True),
    sa.Column('since', sa.String(length=10), nullable=True),
    sa.Column('purpose', sa.Text(), nullable=True),
    sa.Column('opening', sa.BigInteger(), nullable=True),
    sa.Column('change', sa.BigInteger(), nullable=True),
    sa.Column('closing', sa.BigInteger(), nullable=True),
    sa.Column('quantity', sa.BigInteger(), nullable=True),
    sa.Column('unit', sa.Text(), nullable=True),
    sa.Column('result', sa.Text(), nullable=True),
    sa.Column('note', sa.Text(), nullable=True),
    sa.Column('subject', sa.Text(), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_line_statement'))
    )
    op.create_index(op.f('ix_line_statement_number'), 'line_statement', ['number'], unique=False)
    op.create_index(op.f('ix_line_statement_subject'), 'line_statement', ['subject'], unique=False)


def downgrade():
    op.drop_index(op.f('ix_line_statement_subject'), table_name='line_statement')
    op.drop_index(op.f('ix_line_statement_number'), table_name='line_statement')
    op.drop_table('line_statement')
    op.drop_index(op.f('ix_line_decision_subject'), table_name='line_decision')
    op.drop_index(op.f('ix_line_decision_number'), table_name='line_decision')
    op.drop_table('line_decision')
