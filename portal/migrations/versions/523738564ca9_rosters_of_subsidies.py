"""rosters of subsidies

Revision: 523738564ca9, after 9ee407b622c1
"""

import sqlalchemy as sa
from alembic import op

import portal.database

revision = '523738564ca9'
down_revision = '9ee407b622c1'
branch_labels = None
depends_on = None


def upgrade():
    op.create_table('line_subsidy',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False),
    sa.Column('number', sa.BigInteger(), nullable=False),
    sa.Column('n', sa.Integer(), nullable=False),
    sa.Column('key', sa.Text(), nullable=False),
    sa.Column('name', sa.Text(), nullable=True),
    sa.Column('household', sa.Text(), nullable=True),
    sa.Column('group', sa.Text(), nullable=True),
    sa.Column('basis', sa.BigInteger(), nullable=True),
    sa.Column('rate', sa.BigInteger(), nullable=True),
    sa.Column('months', sa.BigInteger(), nullable=True),
    sa.Column('amount', sa.BigInteger(), nullable=True),
    sa.Column('paid_on', sa.String(length=10), nullable=True),
    sa.Column('note', sa.Text(), nullable=True),
    sa.Column('programme', sa.Text(), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_line_subsidy'))
    )
    op.create_index(op.f('ix_line_subsidy_number'), 'line_subsidy', ['number'], unique=False)


def downgrade():
    op.drop_index(op.f('ix_line_subsidy_number'), table_name='line_subsidy')
    op.drop_table('line_subsidy')
