"""projects and contracts

Revision: b34a340bac5b, after 5428997346bd
"""

import sqlalchemy as sa
from alembic import op

revision = 'b34a340bac5b'
down_revision = '5428997346bd'
branch_labels = None
depends_on = None


def upgrade():
    op.create_table('line_contract',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False),
    sa.Column('number', sa.BigInteger(), nullable=False),
    sa.Column('n', sa.Integer(), nullable=False),
    sa.Column('key', sa.Text(), nullable=False),
    sa.Column('asset', sa.Text(), nullable=True),
    sa.Column('class', sa.Text(), nullable=True),
    sa.Column('area', sa.BigInteger(), nullable=True),
    sa.Column('unit', sa.Text(), nullable=True),
    sa.Column('location', sa.Text(), nullable=True),
    sa.Column('party', sa.Text(), nullable=True),
    sa.Column('from', sa.String(length=10), nullable=True),
    sa.Column('to', sa.String(length=10), nullable=True),
    sa.Column('term', sa.BigInteger(), nullable=True),
    sa.Column('way', sa.Text(), nullable=True),
    sa.Column('valuation', sa.BigInteger(), nullable=True),
    sa.Column('annual_rent', sa.BigInteger(), nullable=True),
    sa.Column('due', sa.BigInteger(), nullable=True),
    sa.Column('received', sa.BigInteger(), nullable=True),
    sa.Column('status', sa.Text(), nullable=True),
    sa.Column('voucher', sa.Text(), nullable=True),
    sa.Column('note', sa.Text(), nullable=True),
    sa.Column('per_unit', sa.BigInteger(), nullable=True),
    sa.Column('ledger', sa.Text(), nullable=True),
    sa.Column('subject', sa.Text(), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_line_contract'))
    )
    op.create_index(op.f('ix_line_contract_number'), 'line_contract', ['number'], unique=False)
    op.create_index(op.f('ix_line_contract_subject'), 'line_contract', ['subject'], unique=False)
    op.create_table('line_project',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False),
    sa.Column('number', sa.BigInteger(), nullable=False),
    sa.Column('n', sa.Integer(), nullable=False),
    sa.Column('key', sa.Text(), nullable=False),
    sa.Column('name', sa.Text(), nullable=True),
    sa.Column('step', sa.Text(), nullable=True),
    sa.Column('date', sa.String(length=10), nullable=True),
    sa.Column('purpose', sa.Text(), nullable=True),
    sa.Column('source', sa.Text(), nullable=True),
    sa.Column('budget', sa.BigInteger(), nullable=True),
    sa.Column('decision', sa.Text(), nullable=True),
    sa.Column('way', sa.Text(), nullable=True),
    sa.Column('way_due', sa.Text(), nullable=True),
    sa.Column('limit', sa.BigInteger(), nullable=True),
    sa.Column('contractor', sa.Text(), nullable=True),
    sa.Column('contract_number', sa.Text(), nullable=True),
    sa.Column('contract_amount', sa.BigInteger(), nullable=True),
    sa.Column('change_amount', sa.BigInteger(), nullable=True),
    sa.Column('started', sa.String(length=10), nullable=True),
    sa.Column('finished', sa.String(length=10), nullable=True),
    sa.Column('progress', sa.BigInteger(), nullable=True),
    sa.Column('payment', sa.BigInteger(), nullable=True),
    sa.Column('paid', sa.BigInteger(), nullable=True),
    sa.Column('voucher', sa.Text(), nullable=True),
    sa.Column('accepted_on', sa.String(length=10), nullable=True),
    sa.Column('accepted_by', sa.Text(), nullable=True),
    sa.Column('final_account', sa.BigInteger(), nullable=True),
    sa.Column('note', sa.Text(), nullable=True),
    sa.Column('ledger', sa.Text(), nullable=True),
    sa.Column('subject', sa.Text(), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_line_project'))
    )
    op.create_index(op.f('ix_line_project_number'), 'line_project', ['number'], unique=False)
    op.create_index(op.f('ix_line_project_subject'), 'line_project', ['subject'], unique=False)


def downgrade():
    op.drop_index(op.f('ix_line_project_subject'), table_name='line_project')
    op.drop_index(op.f('ix_line_project_number'), table_name='line_project')
    op.drop_table('line_project')
    op.drop_index(op.f('ix_line_contract_subject'), table_name='line_contract')
    op.drop_index(op.f('ix_line_contract_number'), table_name='line_contract')
    op.drop_table('line_contract')
